"""The history of a case: its page, the case as it stood at any moment, and what it is saved as."""
