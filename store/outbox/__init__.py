"""What Temporal must still be told, and the bell that wakes whoever tells it."""
