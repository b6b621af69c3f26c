"""Where complaints come from, how they move, and where their time goes."""
