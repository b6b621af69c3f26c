"""From where somebody asks just now, for the audit. Whoever opens a door to them sets it, so that
no use case has to hand it on; it loads nothing, since every command sets it.
"""

from contextvars import ContextVar

ASKED_FROM: ContextVar[str] = ContextVar("ASKED_FROM", default="")
"""The network address of whoever asks, or their account at the console; empty where nobody asks."""

ACCOUNT_AT_CONSOLE = "console/"
"""How it begins where somebody types at a terminal of the machine: the name of their account there
follows, which is all that is known for certain of who they are."""


def console_account() -> str | None:
    """The account of the machine at whose terminal somebody asks; None where nobody does."""
    place = ASKED_FROM.get()
    return place.removeprefix(ACCOUNT_AT_CONSOLE) if place.startswith(ACCOUNT_AT_CONSOLE) else None
