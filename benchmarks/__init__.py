"""Measurements of the portal beside the thing they are to be compared with, in one run."""
