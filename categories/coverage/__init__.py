"""What is wrong with owners across the authority: counted in the database, worst first."""
