"""Scenarios of the rules, each a test named by its sentence."""
