"""Passwords: what is refused because everybody would try it, and what is not."""

import pytest

from domain.complaint import BadInput
from domain.passwords import flaws_of_password
from rulebook.sign_in import read_guessed_words, read_sign_in_limits

LIMITS = read_sign_in_limits()
ABOUT = ("sun.yi", "Sun Yi", "Harbour Example Bank", "海港银行", "harbour-outlet")


def said(password: str, common: frozenset[str] = frozenset()) -> list[BadInput]:
    flaws = flaws_of_password(password, ABOUT, read_guessed_words(), LIMITS, common)
    return [each.code for each in flaws]


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "Password2026!",
        "Welcome12345678",
        "123456789012",
        "987654321098",
        "qwertyuiop[]asdf",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaa",
        "woaini5201314",
        "sun.yisun.yi",
        "SunYiSunYi2026",
        "HarbourExampleBank1",
        "harbour-outlet-1",
        "海港银行海港银行海港银行2026",
        "xkcdxkcdxkcdxkcd",
        "iloveyoubaby1314",
        "我爱你我爱你我爱你我爱你",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert said(password) == [BadInput.GUESSABLE]


@pytest.mark.parametrize(
    "password",
    [
        "four plain words here",
        "correct horse battery staple",
        "tK7#vQ2$mZ9p",
        "the harbour smells of tar",
        "床前明月光疑是地上霜呀",
        "rainy tuesday, two umbrellas",
    ],
)
def test_a_few_words_of_ones_own_will_do(password: str) -> None:
    wanted = [] if len(password) >= LIMITS.password_shortest else [BadInput.TOO_SHORT]
    assert said(password) == wanted


def test_short_and_long_ones_are_told_as_such() -> None:
    assert said("x" * (LIMITS.password_shortest - 1)) == [BadInput.TOO_SHORT]
    assert said("x" * (LIMITS.password_longest + 1)) == [BadInput.TOO_LONG]


def test_a_bank_can_bring_a_list_of_its_own() -> None:
    assert said("Entirely Harmless", frozenset({"entirely harmless"})) == [BadInput.GUESSABLE]
