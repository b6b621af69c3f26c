"""A year of a bank: some twenty thousand complaints with lives that differ, the same by seed."""
