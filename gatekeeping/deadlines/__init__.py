"""What time does: the clock of the gate, what is late, how long a number is good."""
