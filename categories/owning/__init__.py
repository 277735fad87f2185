"""Who owns which category at a school, who shares it, stands in, and is asked every year."""
