"""Light or dark: what somebody chose for this browser, or whatever the device wants."""

from enum import StrEnum

from flask import Flask, session

from web.base.callers import is_from_a_system
from web.base.phrases import LazyString, _l

REMEMBERED = "appearance"
"""Under what a browser's cookie keeps it, before the log-in and after it."""


class Appearance(StrEnum):
    """How pages look on a screen; on paper they are always dark on light."""

    DEVICE = "device"
    LIGHT = "light"
    DARK = "dark"


APPEARANCES: dict[Appearance, LazyString] = {
    Appearance.DEVICE: _l("As the device"),
    Appearance.LIGHT: _l("Light"),
    Appearance.DARK: _l("Dark"),
}


def dress(app: Flask) -> None:
    """Give every page its appearance and the switch."""
    app.jinja_env.globals.update(current_appearance=current_appearance, appearances=APPEARANCES)


def current_appearance() -> Appearance:
    """What this browser was told last; unless it was told, as the device wants."""
    chosen = None if is_from_a_system() else session.get(REMEMBERED)
    return Appearance(chosen) if chosen in set(Appearance) else Appearance.DEVICE


def choose_appearance(chosen: str) -> None:
    """Remember it in this browser; what is none of ours changes nothing."""
    if chosen in set(Appearance):
        session[REMEMBERED] = chosen
