"""Taking back what one has just done, and who was quicker."""
