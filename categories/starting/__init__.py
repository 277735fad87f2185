"""The first time: suggesting owners, bringing people in, and how far a school has come."""
