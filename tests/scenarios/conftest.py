"""What the scenarios stand on: a story in the pure rules, or a case on the real engines."""

from tests.workflows.conftest import begin

__all__ = ["begin"]
