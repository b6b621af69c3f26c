"""Letters to the customer: filled from the case, written, kept, and sent."""
