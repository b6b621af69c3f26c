"""Temporal, spoken to: start, deliver, read, repair. Nothing here decides."""
