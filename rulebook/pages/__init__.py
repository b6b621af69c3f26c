"""The choices of the bank about pages that stay open."""
