"""The mail directory: which address stands for which schools, and who writes for the authority."""
