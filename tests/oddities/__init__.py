"""Whatever people and systems hand in, at every door: odd, harmless, and never lost."""
