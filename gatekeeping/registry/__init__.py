"""The register of numbers: what it holds, what the public sees, how a number stands."""
