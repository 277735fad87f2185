"""The facts that the policy weighs: numbers named, earlier messages, what needs no gate."""
