"""The three kinds of "no": a rule refuses, a thing is not there, a policy is not fit for use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a rule said no. Each has a sentence in both languages in `web/wording.py`."""

    NOT_YOUR_ROLE = "not_your_role"
    NOT_IN_THIS_STATUS = "not_in_this_status"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WORDS_MISSING = "words_missing"
    PERSON_COMPLAINED_ABOUT = "person_complained_about"
    NOT_A_HANDLER = "not_a_handler"
    SAME_HANDLER = "same_handler"
    ALREADY_STARTED = "already_started"
    NOT_THE_HANDLER = "not_the_handler"
    ALREADY_WAITING = "already_waiting"
    NOT_WAITING = "not_waiting"
    NO_SUCH_CLOCK = "no_such_clock"
    NOT_EXTENDABLE = "not_extendable"
    DATE_NOT_LATER = "date_not_later"
    EXTENSION_PENDING = "extension_pending"
    NO_EXTENSION_PENDING = "no_extension_pending"
    EXTENSIONS_USED_UP = "extensions_used_up"
    OWN_REQUEST = "own_request"
    REPLY_INCOMPLETE = "reply_incomplete"
    NOT_CLASSIFIED = "not_classified"
    REPLY_REQUIRED = "reply_required"
    SENDER_REPLY_REQUIRED = "sender_reply_required"
    NO_SENDER = "no_sender"
    DISPOSITION_INCOMPLETE = "disposition_incomplete"
    NOTHING_TO_ACKNOWLEDGE = "nothing_to_acknowledge"
    UNKNOWN_REFERENCE = "unknown_reference"
    NOTICE_NOT_DEAD = "notice_not_dead"


@dataclass(eq=False)
class Refused(Exception):
    """A rule says no; `code` names the rule, `facts` fill the sentence the person reads."""

    code: Refusal
    facts: Mapping[str, str]

    def __init__(self, code: Refusal, **facts: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a policy or with an input row, where it stands, and what to do."""

    where: str
    """File and line, field, or row: whatever the author of the input can look up."""
    says: str


class NotFit(ValueError):
    """A policy pack, calendar or input that cannot be used; carries every fault at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.says}" for fault in faults))
        self.faults = tuple(faults)
