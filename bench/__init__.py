"""Measurements behind the figures in `docs/`. Each says how it is run and prints what it found."""
