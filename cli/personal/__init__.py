"""What is kept of customers: the keys that hide it, and its erasure."""
