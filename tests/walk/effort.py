"""What it takes somebody to get something done: each click, key and field, counted as it is done.

How long that takes a person is estimated from the counts by the keystroke-level model (Card, Moran
and Newell, The Psychology of Human-Computer Interaction, 1983, chapter 8); a browser that is driven
by a program is too fast to be timed.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.walk.staff import field

POINT, PRESS, KEY, HOME, THINK = 1.1, 0.2, 0.28, 0.4, 1.35
"""Seconds: to move the pointer somewhere; to press and let go of its button; a key, by somebody who
types no better than most; a hand between mouse and keys; to think what comes next."""

KEYS_A_CHARACTER = 3
"""Of Chinese, with an input method (default): two for its sound, one to choose it."""

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@dataclass(slots=True)
class Hand:
    """Somebody's hand upon mouse and keys. Whatever goes through it is done on the page, as it is
    done by people, and counted."""

    clicks: int = 0
    keys: int = 0
    fields: int = 0
    thoughts: int = 0
    moves: int = 0

    def click(self, what: Locator) -> None:
        """Look for a link or a button and press it."""
        what.click()
        self.clicks += 1
        self.thoughts += 1

    def write(self, place: Page | Locator, label: str, text: str) -> None:
        """Click into the field under a label, unless one is in it already, and type."""
        found = field(place, label)
        if not found.evaluate("each => each === document.activeElement"):
            found.click()
            self.clicks += 1
        found.press_sequentially(text)
        self.keys += sum(KEYS_A_CHARACTER if CHINESE.match(each) else 1 for each in text)
        self.fields += 1
        self.thoughts += 1
        self.moves += 2

    def choose(self, place: Page | Locator, label: str, words: str) -> None:
        """Open the list under a label and click upon one of its lines."""
        field(place, label).select_option(label=words)
        self.clicks += 2
        self.fields += 1
        self.thoughts += 1

    @property
    def seconds(self) -> float:
        """How long it takes somebody, about."""
        return (
            self.clicks * (POINT + PRESS)
            + self.keys * KEY
            + self.moves * HOME
            + self.thoughts * THINK
        )

    def __str__(self) -> str:
        return (
            f"{self.clicks} clicks, {self.keys} keys, {self.fields} fields,"
            f" about {self.seconds:.0f} s"
        )
