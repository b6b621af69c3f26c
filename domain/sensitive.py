"""What does not belong in free text: numbers of cards and of identity documents, and passwords.

Free text is read by many and searched in; a number that opens an account has a field of its own or
none at all. What stands in a text is found by how it is made, not by asking anybody.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate


class SensitiveKind(StrEnum):
    """What is found in a text that should not be there."""

    CARD_NUMBER = "card_number"
    IDENTITY_NUMBER = "identity_number"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    """Also a PIN, a code of a message, the three digits on the back of a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivePassage:
    """Where something of the kind stands in a text, and how it may be shown."""

    kind: SensitiveKind
    start: int
    end: int
    masked: str
    """With stars for what nobody needs to know."""
    line: int
    """Counted from one."""


def sensitive_passages(text: str) -> list[SensitivePassage]:
    """Everything of the kind in a text, in its order."""
    plain = _plain(text)
    found = [*_numbers(plain), *_passwords(plain)]
    passages: list[SensitivePassage] = []
    end, line, counted = 0, 1, 0
    for start, stop, kind in sorted(found, key=lambda each: (each[0], -each[1])):
        if start < end:
            continue  # Part of what was found before it.
        end = stop
        line, counted = line + text.count("\n", counted, start), start
        passages.append(
            SensitivePassage(
                kind=kind,
                start=start,
                end=stop,
                masked=_MASKS[kind](text[start:stop]),
                line=line,
            )
        )
    return passages


def masked_text(text: str) -> str:
    """The text with stars in every such place; one without them stays as it is."""
    end, parts = 0, list[str]()
    for passage in sensitive_passages(text):
        parts += [text[end : passage.start], passage.masked]
        end = passage.end
    return "".join([*parts, text[end:]])


def _plain(text: str) -> str:
    """The text as it is looked at: as long as it was, its digits, letters and signs of full width
    and of other scripts as ASCII has them."""
    return "".join(map(_plain_character, text)) if not text.isascii() else text


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character != "，" and 0xFF01 <= ord(character) <= 0xFF5E:
        return chr(ord(character) - 0xFEE0)
    return " " if unicodedata.category(character) in ("Cf", "Zs") else character


_RUN = re.compile(r"\d(?:[ \t._·\-‐‑‒–—−]{0,3}\d)*(?:[ \-]?[Xx](?![A-Za-z0-9]))?")
"""Digits, and what people put between them."""

_GROUP = re.compile(r"\d+")

Digits = Sequence[re.Match[str]]


def _numbers(text: str) -> Iterator[tuple[int, int, SensitiveKind]]:
    """Numbers of cards and identity documents: a run of digits, or some whole groups of one."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _SHORTEST:
            continue
        groups = list(_GROUP.finditer(run.group()))
        if len(groups) > _LONGEST and _are_apart(groups):
            continue  # A table of digits, and no number of them.
        first = 0
        while first < len(groups):
            found = _longest_from(groups[first : first + _LONGEST], run.group())
            if found is None:
                first += 1
                continue
            count, end, kind = found
            yield run.start() + groups[first].start(), run.start() + end, kind
            first += count


def _longest_from(groups: Digits, run: str) -> tuple[int, int, SensitiveKind] | None:
    """The longest number that these groups begin with: of how many it is, where it ends, and what
    it is."""
    lengths = list(accumulate(len(each.group()) for each in groups))
    within = sum(length <= _LONGEST for length in lengths)
    for count in range(within, 0, -1):
        if not _SHORTEST <= lengths[count - 1] <= _LONGEST or not _is_one_number(groups[:count]):
            continue
        number = "".join(each.group() for each in groups[:count])
        last = groups[count - 1].end()
        if run[last:].lstrip(" -") in ("X", "x") and _is_identity_number(f"{number}X"):
            return count, len(run), SensitiveKind.IDENTITY_NUMBER
        if _is_identity_number(number):
            return count, last, SensitiveKind.IDENTITY_NUMBER
        if _is_card_number(number):
            return count, last, SensitiveKind.CARD_NUMBER
    return None


def _is_one_number(groups: Digits) -> bool:
    """Whether people write one number in such groups: not a list of small ones."""
    lengths = [len(each.group()) for each in groups]
    return _are_apart(groups) or (min(lengths[:-1], default=3) >= 3 and len(lengths) <= 7)


def _are_apart(groups: Digits) -> bool:
    return all(len(each.group()) == 1 for each in groups)


_SHORTEST, _LONGEST = 13, 19
"""Digits of a card's number (ISO/IEC 7812-1 allows up to 19; none shorter than 13 is issued)."""


_ISSUERS: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("62", "62", frozenset(range(16, 20))),  # UnionPay
    ("81", "81", frozenset(range(16, 20))),  # UnionPay
    ("9558", "9558", frozenset({16, 19})),  # ICBC, from before the prefix 62
    ("4", "4", frozenset({13, 16, 19})),  # Visa
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),  # Mastercard
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),  # American Express
    ("3528", "3589", frozenset(range(16, 20))),  # JCB
    ("300", "305", frozenset({14, 16})),  # Diners Club
    ("36", "36", frozenset({14, 16})),  # Diners Club
    ("38", "39", frozenset({14, 16})),  # Diners Club
    ("6011", "6011", frozenset(range(16, 20))),  # Discover
    ("644", "649", frozenset(range(16, 20))),  # Discover
    ("65", "65", frozenset(range(16, 20))),  # Discover
    ("60", "60", frozenset({16, 17, 18, 19})),  # older cards of Chinese banks
    ("5018", "5018", frozenset({16, 19})),  # Maestro
    ("5020", "5020", frozenset({16, 19})),  # Maestro
    ("5038", "5038", frozenset({16, 19})),  # Maestro
    ("5893", "5893", frozenset({16, 19})),  # Maestro
    ("6304", "6304", frozenset({16, 19})),  # Maestro
    ("6759", "6763", frozenset({16, 19})),  # Maestro
)
"""How the numbers of each issuer begin, from and to, and how many digits they have: as the issuers
publish their ranges (the first digits are given out under ISO/IEC 7812)."""


def _is_card_number(number: str) -> bool:
    return _passes_luhn(number) and any(
        len(number) in lengths and first <= number[: len(first)] <= last
        for first, last, lengths in _ISSUERS
    )


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""Twice a digit, with its own digits added up."""


def _passes_luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1 (Luhn)."""
    digits = [int(each) for each in reversed(number)]
    return (sum(digits[0::2]) + sum(_DOUBLED[each] for each in digits[1::2])) % 10 == 0


_PROVINCES = frozenset(
    str(province)
    for first, last in (
        *((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65)),
        *((71, 71), (81, 83)),
    )
    for province in range(first, last + 1)
)
"""What an identity number begins with (GB/T 2260)."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Weights and check characters of an identity number (GB 11643-1999, MOD 11-2)."""


def _is_identity_number(number: str) -> bool:
    if len(number) != 18 or number[:2] not in _PROVINCES or number[6:8] not in ("18", "19", "20"):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17]


_NAMED = (
    r"(?:密码|口令|验证码|校验码|动态码|安全码|(?<![a-z])(?:pass ?(?:word|code|phrase)|passwd|pwd"
    r"|pin(?:[ -]?(?:code|number|no\.?))?|cvv2?|cvc2?|cvn2?|otp"
    r"|(?:security|verification|confirmation|access|one-time|sms) (?:code|password|pin))(?![a-z]))"
)
"""What people call it."""

_LEADS_TO = (
    r"(?:[ \t]{0,3}(?:(?:was|is|has been|been|被|已|又)?[ \t]{0,3}"
    r"(?:changed to|set to|reset to|was|is"
    r"|改成了?|改为了?|设成了?|设为了?|设置为|重置为|变成了?|就是|应该是|是|为|写的是)|[:=]))?"
    r"[ \t]{0,3}[:=]?[ \t]{0,3}[\"'“”‘’「『(（【《<\[]?[ \t]{0,3}"
)

_NO_UNIT = (
    r"(?![0-9])(?![,.:/\-][0-9])"
    r"(?![ \t]{0,3}(?:年|月|日|号|次|位|天|元|个|分|秒|小时|点|时|遍|条|家|%"
    r"|digits?\b|characters?\b|chars?\b|times?\b|days?\b|hours?\b|minutes?\b|seconds?\b|yuan\b"
    r"|attempts?\b|tries\b|letters?\b|people\b|customers?\b))"
)
"""After digits: what makes them an amount, a number of times or a date."""

_SERVICE_NUMBER = r"(?!(?:95\d{3}|100\d\d|12\d{3}|106\d{2,})(?![0-9]))"
"""A telephone number that messages come from."""

_VALUE = (
    rf"(?:{_SERVICE_NUMBER}[0-9]{{3,8}}{_NO_UNIT}(?![A-Za-z])"
    r"|(?=[!-~]{0,31}[0-9])(?=[!-~]{0,31}[A-Za-z])(?![A-Za-z]+://)(?!C-\d{4}-)"
    r"[A-Za-z0-9!-/:-@\[-`{-~]{3,31}[A-Za-z0-9!@#$%^&*?_+=~]"
    r"|(?<=[\"'“‘「『])[!-~]{4,32}(?=[\"'”’」』]))"
)
"""What it says: digits, or letters and digits together, or whatever is in quotes."""

_AFTER_ITS_NAME = re.compile(rf"{_NAMED}{_LEADS_TO}(?P<value>{_VALUE})", re.IGNORECASE)

_BEFORE_ITS_NAME = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][,.:/\-])"
    r"(?P<value>[0-9]{3,8}|(?=[A-Za-z]{0,31}[0-9])(?=[0-9]{0,31}[A-Za-z])[A-Za-z0-9!@#$%^&*_+~]{4,32})"
    r"[\"'”’」』)）]?[ \t]{0,3}(?:is|was|=|是|就是)[ \t]{0,3}"
    r"(?:(?:my|his|her|the|their|your)[ \t]{1,3}(?:\w{1,20}[ \t]{1,3}){0,2}|[\u4e00-\u9fff]{0,6}?)"
    rf"{_NAMED}(?![ \t]{{0,3}}(?:长度|位数|length))",
    re.IGNORECASE,
)


def _passwords(text: str) -> Iterator[tuple[int, int, SensitiveKind]]:
    for pattern in (_AFTER_ITS_NAME, _BEFORE_ITS_NAME):
        for found in pattern.finditer(text):
            yield *found.span("value"), SensitiveKind.PASSWORD


_SHOWN_FIRST, _SHOWN_LAST = 6, 4
"""Digits of a card's number that may be shown (PCI DSS 4.0, 3.4.1)."""

_STARS = "******"
"""For a password: not even its length is told."""


def _mask_card(number: str) -> str:
    return mask_digits(number, first=_SHOWN_FIRST, last=_SHOWN_LAST)


def _mask_identity(number: str) -> str:
    return mask_digits(number, first=1, last=1)


def mask_digits(number: str, *, first: int, last: int) -> str:
    """A number with stars between its first and last characters; what separates them stays."""
    counted = [place for place, each in enumerate(number) if each.isalnum()]
    hidden = set(counted[first : max(first, len(counted) - last)])
    return "".join("*" if place in hidden else each for place, each in enumerate(number))


_MASKS: Mapping[SensitiveKind, Callable[[str], str]] = {
    SensitiveKind.CARD_NUMBER: _mask_card,
    SensitiveKind.IDENTITY_NUMBER: _mask_identity,
    SensitiveKind.PASSWORD: lambda _: _STARS,
}
