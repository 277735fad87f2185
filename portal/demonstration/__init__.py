"""The demonstration authority: Lancashire's real schools, invented people and past."""
