"""Time and order: one durable workflow per complaint."""
