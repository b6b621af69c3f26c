"""Where it burns, who waits for whom, and what waits for an answer."""
