"""What an analysis counts, and the complaints behind each number."""
