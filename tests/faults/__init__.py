"""Breaking the whole installation on purpose: real processes, seeded load and faults, a checker.

`make faults` runs the short ones, `make soak SEED=..` everything for an hour. Only the loopback is
used, and every failure names the seed that repeats it.
"""
