"""The complaint: what the customer said. It is taken down once and never changed; only how the
customer is reached may be corrected (`domain.contacts`)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from domain.addresses import is_address
from domain.classification import Business, Category, Channel, Mark, Situation
from domain.errors import Fault
from domain.instants import (
    DateFault,
    InstantLimits,
    ReceiptDates,
    fault_of_later_date,
    years_after,
    years_before,
)
from domain.policy import Pack
from domain.sensitive import SensitiveKind, masked_text, sensitive_passages


class Language(StrEnum):
    """The language the complainant is written to in."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A complaint as far as it could be read, so that everything against it is told at once. What
    was left out, and what could not be read, is None or empty.

    The six fields of the first-ask record (D-08) are time, unit, name, phone, cause and demand.
    """

    received_at: datetime | None = None
    channel: Channel | None = None
    unit: str | None = None
    narrative: str = ""
    subject: str = ""
    demand: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    """Where letters go."""
    account: str = ""
    """Number of the account or card it is about."""
    language: Language = Language.ZH
    person_complained_about: str | None = None
    sender: str | None = None
    sender_due_at: datetime | None = None
    category: Category | None = None
    amount_fen: int = 0
    marks: tuple[Mark, ...] = ()
    situation: Situation | None = None
    business: Business | None = None
    duplicate_of: str | None = None
    """Reference of the case of which whoever takes it down says that it is the same letter."""
    policy: str | None = None
    """The pack to handle it under; None for the unit's own."""

    @property
    def is_whole(self) -> bool:
        """Whether it says when, by which way and about whom: else it is no complaint yet."""
        return None not in (self.received_at, self.channel, self.unit)

    def masked(self) -> Self:
        """The same with stars for what must not be in its free texts."""
        masked: dict[str, Any] = {name: masked_text(text) for name, text in self._free_texts()}
        return replace(self, **masked)

    def sensitive_flaws(self) -> list["Flaw"]:
        """What must not be in its free texts, each place."""
        return [
            flaw for name, text in self._free_texts() for flaw in flaws_of_sensitive(name, text)
        ]

    def _free_texts(self) -> list[tuple[str, str]]:
        texts = ((name, getattr(self, name)) for name in FREE_TEXTS)
        return [(name, text) for name, text in texts if text]

    def complaint(self, intake_key: str) -> "Complaint":
        """The complaint this is a draft of, once it is whole."""
        assert self.is_whole, "there is no complaint without its time, its way and its unit"
        read = {each.name: getattr(self, each.name) for each in fields(self)}
        return Complaint(intake_key=intake_key, **read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint(Draft):
    """A complaint as taken down at intake: form, import and API all make this, nothing else does.
    What must be known of every complaint is there.
    """

    intake_key: str
    """Made by the sender: the same key again is the same complaint, answered alike."""
    received_at: datetime
    channel: Channel
    unit: str
    narrative: str
    source: Mapping[str, str] = field(default_factory=dict)
    """Where an imported row came from: file digest, line, its own number."""
    imported_at: datetime | None = None

    def fingerprint(self) -> str:
        """A digest of what the sender says: the same words give the same one. How the complaint
        came here does not count, nor does what was left out, so that a field which a later version
        adds changes no earlier digest."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        said = {name: value for name, value in values.items() if value and name not in _OF_THE_WAY}
        text = json.dumps(said, default=_in_utc, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


_OF_THE_WAY = frozenset({"intake_key", "source", "imported_at"})


def _in_utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLimits:
    """Characters each text may have; the bank's choice (`policies/texts/limits.yaml`)."""

    subject: int
    narrative: int
    demand: int
    name: int
    phone: int
    email: int
    address: int
    account: int
    sender: int
    with_an_act: int
    """For each of the texts of an act."""
    file_name: int
    number: int
    """For the number a row has in the file it is imported from."""
    kept: int
    """For each cell that is kept beside an imported complaint."""


FREE_TEXTS = ("subject", "narrative", "demand", "name", "sender")
"""The texts of a complaint that people write as they like."""


OF_A_COMPLAINT = (
    "subject", "narrative", "demand", "name", "phone", "email", "address", "account", "sender",
)  # fmt: skip
"""The texts of a complaint; each has a limit of the same name."""


class BadInput(StrEnum):
    """What can be wrong with something typed; each has a sentence in both languages."""

    EMPTY = "empty"
    UNCHANGED = "unchanged"
    NOTHING_CHANGED = "nothing_changed"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    CONTROL_CHARACTERS = "control_characters"
    IN_THE_FUTURE = "in_the_future"
    LONG_AGO = "long_ago"
    TOO_LONG_AGO = "too_long_ago"
    DATE_HAS_PASSED = "date_has_passed"
    BEFORE_RECEIPT = "before_receipt"
    TOO_FAR_AHEAD = "too_far_ahead"
    NOT_A_DATE = "not_a_date"
    NOT_A_CHOICE = "not_a_choice"
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_AN_EMAIL = "not_an_email"
    SENDER_DATE_MISSING = "sender_date_missing"
    SENDER_MISSING = "sender_missing"
    NO_SUCH_UNIT = "no_such_unit"
    NO_SUCH_POLICY = "no_such_policy"
    FILE_TOO_LARGE = "file_too_large"
    FILE_KIND = "file_kind"
    FILE_NAME = "file_name"
    TOO_MANY_FILES = "too_many_files"
    NOTHING_CHOSEN = "nothing_chosen"
    TAKEN = "taken"
    NOT_A_NAME = "not_a_name"
    NOT_A_KEY = "not_a_key"
    NOT_AN_INSTANT = "not_an_instant"
    NO_SUCH_FIELD = "no_such_field"
    NAME_TWICE = "name_twice"
    WRONG_KIND = "wrong_kind"
    NOT_AN_ID = "not_an_id"
    NOT_A_DAY = "not_a_day"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_WORD_WE_KNOW = "not_a_word_we_know"
    NO_SUCH_PACK = "no_such_pack"
    NO_SUCH_PERSON = "no_such_person"
    NOT_THE_ONLY_TOP = "not_the_only_top"
    TOP_UNIT = "top_unit"
    IN_A_CIRCLE = "in_a_circle"
    HIGHER_THAN_ABOVE = "higher_than_above"
    UNIT_CLOSED = "unit_closed"
    STILL_HELD = "still_held"
    STILL_OPEN_CASES = "still_open_cases"
    OWN_DEPUTY = "own_deputy"
    CANNOT_SAY_HEARD = "cannot_say_heard"
    BEFORE_FIRST_DAY = "before_first_day"
    LAST_ADMINISTRATOR = "last_administrator"
    TWICE = "twice"
    NO_SUCH_COLUMN = "no_such_column"
    COLUMN_MISSING = "column_missing"
    ROW_OF_ANOTHER_LENGTH = "row_of_another_length"
    NOT_A_TABLE = "not_a_table"
    SEVERAL_SHEETS = "several_sheets"
    OPEN_QUOTE = "open_quote"
    NOBODY_LEADS = "nobody_leads"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a flaw
    NOT_THE_SAME = "not_the_same"
    GUESSABLE = "guessable"
    WRONG_CODE = "wrong_code"
    CARD_NUMBER = SensitiveKind.CARD_NUMBER.value
    IDENTITY_NUMBER = SensitiveKind.IDENTITY_NUMBER.value
    PASSWORD = SensitiveKind.PASSWORD.value


SENSITIVE = frozenset(BadInput(kind.value) for kind in SensitiveKind)
"""What can be masked, and then stands in nobody's way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw(Fault):
    """One field that will not do: which, why, and the figure that belongs in the sentence."""

    code: BadInput
    limit: int | None = None
    found: int | None = None
    shown: str = ""
    """The place in a text that is meant, with stars for what must not be told."""

    @classmethod
    def of(
        cls,
        field: str,
        code: BadInput,
        *,
        limit: int | None = None,
        found: int | None = None,
        shown: str = "",
    ) -> "Flaw":
        return cls(where=field, says=code.value, code=code, limit=limit, found=found, shown=shown)


def flaws_of(
    draft: Draft, now: datetime, limits: TextLimits, dates: ReceiptDates | None = None
) -> list[Flaw]:
    """Everything wrong with a complaint, all at once; an empty list when it may be taken. `dates`
    says how long ago it may have come; None at a door that does not ask.
    """
    found: list[Flaw] = []
    if draft.received_at is None:
        found.append(Flaw.of("received_at", BadInput.EMPTY))
    found += [
        Flaw.of(name, BadInput.NOT_A_CHOICE)
        for name, chosen in (("channel", draft.channel), ("unit", draft.unit))
        if chosen is None
    ]
    if not draft.narrative.strip():
        found.append(Flaw.of("narrative", BadInput.EMPTY))
    for name in OF_A_COMPLAINT:
        found += flaws_of_text(name, getattr(draft, name) or "", getattr(limits, name))
    found += draft.sensitive_flaws()
    if draft.received_at is not None and dates is not None:
        found += flaws_of_receipt(draft.received_at, now, dates)
    elif draft.received_at is not None and draft.received_at > now:
        found.append(Flaw.of("received_at", BadInput.IN_THE_FUTURE))
    if dates is not None:
        found += _flaws_of_sender_date(draft, now, dates)
    if draft.email and not is_address(draft.email):
        found.append(Flaw.of("email", BadInput.NOT_AN_EMAIL))
    if draft.channel is Channel.TRANSFERRED and not draft.sender:
        found.append(Flaw.of("sender", BadInput.SENDER_MISSING))
    return found


def flaws_of_receipt(received_at: datetime, now: datetime, dates: ReceiptDates) -> list[Flaw]:
    """What stands against the date of a receipt, with the years that it may lie back."""
    fault = dates.fault_of(received_at, now)
    if fault is None:
        return []
    years = {
        DateFault.LONG_AGO: dates.limits.receipt_asked_after_years,
        DateFault.TOO_LONG_AGO: dates.limits.receipt_most_years,
    }
    return [Flaw.of("received_at", BadInput(fault.value), limit=years.get(fault))]


def _flaws_of_sender_date(draft: Draft, now: datetime, dates: ReceiptDates) -> list[Flaw]:
    """What stands against the date a sender has set. That it has passed is no flaw: letters take
    their time, and then the limit is exceeded from the beginning."""
    if draft.sender_due_at is None:
        return []
    fault = fault_of_later_date(
        draft.sender_due_at, now, dates.limits, not_before=draft.received_at
    )
    if fault is None or fault is DateFault.DATE_HAS_PASSED:
        return []
    years = dates.limits.later_date_most_years
    return [Flaw.of("sender_due_at", BadInput(fault.value), limit=years)]


def flaws_of_instant(
    field: str, instant: datetime, now: datetime, limits: InstantLimits
) -> list[Flaw]:
    """What stands against an instant that goes with an act, whatever the act: a year mistyped."""
    if instant > years_after(now, limits.later_date_most_years):
        return [Flaw.of(field, BadInput.TOO_FAR_AHEAD, limit=limits.later_date_most_years)]
    if instant < years_before(now, limits.receipt_most_years):
        return [Flaw.of(field, BadInput.TOO_LONG_AGO, limit=limits.receipt_most_years)]
    return []


def flaws_under(pack: Pack, draft: Draft) -> list[Flaw]:
    """What the pack asks to be known before the complaint is taken, and is not (D-08, B-13)."""
    found = [
        Flaw.of(field, BadInput.EMPTY)
        for field in pack.intake_fields
        if not str(getattr(draft, field) or "").strip()
    ]
    handed_down = draft.channel is Channel.TRANSFERRED
    if pack.sender_must_set_date and handed_down and draft.sender_due_at is None:
        found.append(Flaw.of("sender_due_at", BadInput.SENDER_DATE_MISSING))
    return found


def flaws_of_text(field: str, text: str, limit: int) -> list[Flaw]:
    """Too long (in characters, whatever the script) or holding characters no text has."""
    found = []
    if len(text) > limit:
        found.append(Flaw.of(field, BadInput.TOO_LONG, limit=limit, found=len(text)))
    if any(_is_control(character) for character in text):
        found.append(Flaw.of(field, BadInput.CONTROL_CHARACTERS))
    return found


def flaws_of_sensitive(field: str, text: str) -> list[Flaw]:
    """Card numbers, identity numbers and passwords in a text, with the line each stands in."""
    return [
        Flaw.of(field, BadInput(each.kind.value), found=each.line, shown=each.masked)
        for each in sensitive_passages(text)
    ]


def flaws_of_free_text(field: str, text: str, limit: int) -> list[Flaw]:
    """All that a text that somebody writes is held to."""
    return [*flaws_of_text(field, text, limit), *flaws_of_sensitive(field, text)]


def _is_control(character: str) -> bool:
    """Control characters and lone surrogates; tab and line ends are text."""
    code = ord(character)
    return (code < 32 and character not in "\t\n\r") or code == 127 or 0xD800 <= code <= 0xDFFF
