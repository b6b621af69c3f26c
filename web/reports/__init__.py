"""What units owe, and what goes to the regulator."""
