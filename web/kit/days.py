"""A day that the address of a page names."""

from datetime import date

from flask import request

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""No complaint of ours is older, and nobody asks about one so far ahead (default)."""


def asked_day(name: str) -> date | None:
    """The day that was asked for; None where none was, or one on which nothing of ours can lie."""
    return _day(request.args.get(name, ""))


def asked_month(name: str) -> date | None:
    """The first day of a month that was asked for as `2026-12`; else as above."""
    return _day(f"{request.args.get(name, '')}-01")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
