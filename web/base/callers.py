"""Who asks: a person with a browser, or another system."""

from flask import request

FOR_SYSTEMS = "/api/"
"""How the paths begin that no browser opens."""


def is_from_a_system() -> bool:
    """Whether whoever asks reads problems, not pages."""
    return request.path.startswith(FOR_SYSTEMS)
