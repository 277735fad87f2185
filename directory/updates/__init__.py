"""Updates from GIAS: what a file would change is shown first, chosen by a person, then applied."""
