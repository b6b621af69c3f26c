"""Reports: those that units owe again and again, and those to the regulator."""
