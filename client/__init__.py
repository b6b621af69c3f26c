"""The only door from the web to Temporal."""
