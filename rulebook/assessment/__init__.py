"""The choices of the bank about how units and people are assessed."""
