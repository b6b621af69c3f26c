"""Forms: what can be typed, how it is read, and what is wrong with it, all at once.

The limits themselves lie in the domain, the same for a form, an import and the API.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import abort
from werkzeug.datastructures import MultiDict

from domain.complaint import SENSITIVE, BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.instants import instant_of
from domain.sensitive import masked_text
from rulebook.staffing import bank_zone
from web import wording
from web.base.phrases import on_the_wall

Code = TypeVar("Code", bound=StrEnum)


class FieldKind(StrEnum):
    """How a field is shown."""

    TEXT = "text"
    LONG_TEXT = "textarea"
    CHOICE = "select"
    CHOICES = "checkboxes"
    INSTANT = "datetime-local"
    DAY = "date"
    AMOUNT = "amount"
    EMAIL = "email"
    PHONE = "tel"
    PASSWORD = "password"  # noqa: S105 - the name of a kind of field
    YES = "yes"
    RADIO = "radios"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a list."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in, with what was typed before and what is wrong with it."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    unchosen: str = ""
    """What it means to choose nothing, where that is more than none."""
    hint: str = ""
    rows: int = 3
    autocomplete: str = "off"
    typed: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    can_be_masked: bool = False
    """Whether something stands in it that must not, and could be masked."""
    form: str = ""
    """Set apart from fields of the same name in other forms of the page."""
    is_begun_with: bool = False
    """Whether one types into it at once, without looking for it first."""

    @property
    def id(self) -> str:
        return f"{self.form}-{self.name}" if self.form else self.name

    @property
    def value(self) -> str:
        return self.typed[0] if self.typed else ""


def codes(kind: type[StrEnum]) -> tuple[Choice, ...]:
    """Every member of an enumeration, in words."""
    return tuple(Choice(value=each.value, words=wording.words(each)) for each in kind)


def filled(fields: Iterable[Field], typed: MultiDict[str, str]) -> tuple[Field, ...]:
    """The fields with what was typed in them."""
    return tuple(replace(each, typed=tuple(typed.getlist(each.name))) for each in fields)


def judged(fields: Iterable[Field], flaws: Sequence[Flaw]) -> tuple[Field, ...]:
    """The fields with the sentence for each flaw beside it."""
    return tuple(
        replace(each, **_said_of([flaw for flaw in flaws if flaw.where == each.name]))
        for each in fields
    )


def _said_of(flaws: Sequence[Flaw]) -> dict[str, Any]:
    """What a field says of the flaws of its text."""
    return {
        "errors": tuple(map(wording.flaw_sentence, flaws)),
        "can_be_masked": any(flaw.code in SENSITIVE for flaw in flaws),
    }


MASK = "mask"
"""The button by which somebody has what must not be in a text masked, and goes on."""


def typed_into(form: MultiDict[str, str], texts: Iterable[str]) -> MultiDict[str, str]:
    """What was typed; where it was asked for, with stars for what must not be in these texts."""
    typed = MultiDict(form)
    if MASK in form:
        for name in texts:
            typed.setlist(name, [masked_text(text) for text in form.getlist(name)])
    return typed


def flaws_in(unfit: NotFit) -> tuple[Flaw, ...]:
    """The flaws of fields among what is wrong."""
    return tuple(fault for fault in unfit.faults if isinstance(fault, Flaw))


def reason_field(
    label: str, typed: str = "", wrong: Sequence[Flaw] = (), *, hint: str = "", **over: Any
) -> Field:
    """The one text of a form by which somebody has something done."""
    field = Field(
        name="reason", label=label, kind=FieldKind.LONG_TEXT, required=True, hint=hint, rows=2,
        typed=(typed,), **_said_of(wrong),
    )  # fmt: skip
    return replace(field, **over)


def reason_in(form: MultiDict[str, str], name: str = "reason") -> str:
    """What was typed there; with stars where that was asked for."""
    return Typed(typed_into(form, [name])).text(name)


def set_apart(why: NotFit | Refused) -> tuple[str, tuple[Flaw, ...]]:
    """Why the whole of such a form is forbidden, and what is wrong with its text: one of both."""
    if isinstance(why, NotFit):
        return "", flaws_in(why)
    if why.code is Refusal.WORDS_MISSING:
        return "", (Flaw.of("reason", BadInput.EMPTY),)
    return wording.refusal_sentence(why), ()


class Typed:
    """Reads what was typed; what cannot be read becomes a flaw, and reading goes on."""

    def __init__(self, typed: MultiDict[str, str]) -> None:
        self._typed = typed
        self.flaws: list[Flaw] = []

    def text(self, name: str) -> str:
        """As typed, without blanks around it; browsers end lines their own way."""
        return self._typed.get(name, "").replace("\r\n", "\n").strip()

    def code(self, name: str, kind: type[Code]) -> Code | None:
        """A member of an enumeration; None when nothing was chosen."""
        text = self.text(name)
        if not text:
            return None
        if text not in set(kind):
            self.flaw(name, BadInput.NOT_A_CHOICE)
            return None
        return kind(text)

    def codes(self, name: str, kind: type[Code]) -> tuple[Code, ...]:
        """The members that were ticked, in the order of the enumeration."""
        ticked = set(self._typed.getlist(name))
        if ticked - set(kind):
            self.flaw(name, BadInput.NOT_A_CHOICE)
        return tuple(each for each in kind if each in ticked)

    def one_of(self, name: str, choices: Iterable[Choice]) -> str | None:
        """An entry of a list; None when nothing was chosen."""
        text = self.text(name)
        if text and text not in {each.value for each in choices}:
            self.flaw(name, BadInput.NOT_A_CHOICE)
            return None
        return text or None

    def instant(self, name: str) -> datetime | None:
        """What the wall clock of the bank showed, as an instant; None when left empty."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read_instant(text)
        except ValueError:
            self.flaw(name, BadInput.NOT_A_DATE)
            return None

    def fen(self, name: str) -> int:
        """An amount typed in yuan; nothing typed is nothing."""
        text = self.text(name).replace(",", "").replace("，", "").lstrip("¥￥")
        if not text:
            return 0
        try:
            amount = Decimal(text) * 100
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount < 1e15:
            self.flaw(name, BadInput.NOT_AN_AMOUNT)
            return 0
        return int(amount)

    def flaw(self, name: str, code: BadInput) -> None:
        self.flaws.append(Flaw.of(name, code))


def key_in(typed: MultiDict[str, str], name: str) -> str:
    """The key that a form was given when it was shown, by which a second click is no second act.

    It goes into the records as it is, so what none of our forms can have held is turned away.
    """
    try:
        return str(UUID(typed.get(name, "")))
    except ValueError:
        abort(400)


def read_instant(text: str) -> datetime:
    """`2026-11-22T09:30` on the bank's wall clock; raises `ValueError`, also for a time at the edge
    of all years, which is no instant everywhere."""
    written = datetime.fromisoformat(text).replace(tzinfo=None)
    instant = instant_of(written, bank_zone())
    if instant is None:
        raise ValueError(text)
    return instant


def typed_instant(instant: datetime) -> str:
    """An instant as a field for date and time holds it."""
    return on_the_wall(instant).strftime("%Y-%m-%dT%H:%M")
