"""The servers Redress stands on: where they come from, how they start and stop."""
