"""What pages are built with: the door, forms, menu, failures."""
