"""Imports are held against outside files on an installation of their own."""

from tests.installation import bank, client, sessions, settings, terminal

__all__ = ["bank", "client", "sessions", "settings", "terminal"]
