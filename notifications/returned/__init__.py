"""Mail that comes back: reading the reports, and keeping what they say of people's addresses."""
