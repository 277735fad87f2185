"""Everything that ``portal run`` starts, and what watches over it."""
