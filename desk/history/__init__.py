"""The history of a case: what happened, line by line, and the case as it stood at any moment."""
