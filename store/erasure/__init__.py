"""Erasure: what of a case goes, when it may, what lies outside PostgreSQL, and the list of it."""
