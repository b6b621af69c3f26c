"""The pages: server-rendered, in English and Chinese."""

from web.application import create_app

__all__ = ["create_app"]
