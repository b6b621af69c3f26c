"""One act upon several cases: foreseen before it is asked for, and told of from the records."""
