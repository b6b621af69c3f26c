"""What the program is made of: which parts, and what is known against them."""
