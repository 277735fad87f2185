"""What happens after a decision: emergencies and their review, appeals, schools' challenges."""
