"""Law: reading citations, the register of duties, and what the law says of a submission."""
