"""Who else has a case open."""
