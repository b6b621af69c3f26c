"""What is done from the queue: views that are saved, and acts upon several cases at once."""
