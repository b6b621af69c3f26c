"""Who works here: units, people, log-ins, and the other systems with their tokens."""
