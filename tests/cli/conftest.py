"""The commands are tried on an installation of their own."""

from tests.installation import client, desk, sessions, settings, working

__all__ = ["client", "desk", "sessions", "settings", "working"]
