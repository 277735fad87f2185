"""People at a school, and everybody for administrators: their pages, and leaving in one act."""
