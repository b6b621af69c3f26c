"""Templates of returns to authorities and classifications from elsewhere, read from `policies/`."""

from rulebook.returns.reading import read_return, read_returns

__all__ = ["read_return", "read_returns"]
