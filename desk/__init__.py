"""Use cases: what pages, the interface for systems and the commands call, a class a subject."""
