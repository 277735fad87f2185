"""Feeds: what a reader may see, fetched by their own programs under a private address."""
