"""The schema, step by step: numbered, one head, a released step is never edited."""
