"""Imports are held against outside files on an installation of their own."""

from tests.installation import bank, client, desk, sessions, settings, terminal, working

__all__ = ["bank", "client", "desk", "sessions", "settings", "terminal", "working"]
