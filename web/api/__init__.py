"""For other systems, which show a token and get no pages."""
