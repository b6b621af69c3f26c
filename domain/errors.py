"""How Redress says no: a rule refuses (`Refused`), or what came cannot be used (`NotFit`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.sentences import Sentence


class Refusal(StrEnum):
    """Why a rule said no. Each has a sentence in both languages in `web/wording`."""

    NOT_YOUR_ROLE = "not_your_role"
    NOT_IN_THIS_STATUS = "not_in_this_status"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WORDS_MISSING = "words_missing"
    PERSON_COMPLAINED_ABOUT = "person_complained_about"
    SAME_HANDLER = "same_handler"
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
    SENDER_REPLY_REQUIRED = "sender_reply_required"
    NO_SENDER = "no_sender"
    DISPOSITION_INCOMPLETE = "disposition_incomplete"
    NOTHING_TO_ACKNOWLEDGE = "nothing_to_acknowledge"
    UNKNOWN_REFERENCE = "unknown_reference"
    ASKED_OTHERWISE = "asked_otherwise"
    RECEIVED_OTHERWISE = "received_otherwise"
    RESERVED_ID = "reserved_id"
    NOTICE_NOT_DEAD = "notice_not_dead"
    RESTRICTED = "restricted"
    GATE_CLOSED = "gate_closed"
    FORBIDDEN_HERE = "forbidden_here"
    EXTENSION_TOO_FAR = "extension_too_far"
    DATE_HAS_PASSED = "date_has_passed"
    NOTHING_OVERRUN = "nothing_overrun"
    HOTLINE_MAY_NOT_RESOLVE = "hotline_may_not_resolve"
    HOTLINE_PASSES_ON_TO = "hotline_passes_on_to"
    DISPOSAL_FORBIDDEN = "disposal_forbidden"
    BEYOND_AUTHORITY = "beyond_authority"
    OVER_EMERGENCY_LIMIT = "over_emergency_limit"
    ONLY_VALID_COMPLAINTS = "only_valid_complaints"
    NO_SUCH_PENALTY = "no_such_penalty"
    BANK_NOT_AT_FAULT = "bank_not_at_fault"
    NO_FINDINGS_HERE = "no_findings_here"
    NO_FINDING_ON_YOU = "no_finding_on_you"
    NOT_ON_ONESELF = "not_on_oneself"
    FOUND_ALREADY = "found_already"
    FINDING_ELSEWHERE = "finding_elsewhere"
    REPLIED_ALREADY = "replied_already"
    OTHER_OFFICE_DECIDES = "other_office_decides"
    REPLY_AWAITED = "reply_awaited"
    APPEAL_TOO_LATE = "appeal_too_late"
    PENALTY_OUT_OF_RANGE = "penalty_out_of_range"
    NO_PENALTIES_ON_PERSONS = "no_penalties_on_persons"
    NOT_FOUND_RESPONSIBLE = "not_found_responsible"
    FINDING_NOT_FINAL = "finding_not_final"
    NO_SUCH_SCHEDULE = "no_such_schedule"
    POST_NOT_REACHED = "post_not_reached"
    FINE_OUT_OF_RANGE = "fine_out_of_range"
    NO_SUM_HERE = "no_sum_here"
    PENALISED_ALREADY = "penalised_already"
    NO_PENALTY_TO_UNDO = "no_penalty_to_undo"
    NOTHING_HANDED_OVER = "nothing_handed_over"
    NOT_ANONYMOUS = "not_anonymous"
    NOT_A_REPEAT = "not_a_repeat"
    BANK_AT_FAULT = "bank_at_fault"
    NOT_A_DEMAND = "not_a_demand"
    NOT_HIGH_ENOUGH = "not_high_enough"
    ALREADY_LINKED = "already_linked"
    DUPLICATE_ALREADY = "duplicate_already"
    NAMED_ALREADY = "named_already"
    NOT_NAMED = "not_named"
    NOT_RESTRICTED = "not_restricted"
    STILL_RESTRICTED = "still_restricted"
    ONLY_ONES_OWN_CONFLICT = "only_ones_own_conflict"
    TASK_NOT_OPEN = "task_not_open"
    TASK_NOT_YOURS = "task_not_yours"
    TASK_ENDS_OTHERWISE = "task_ends_otherwise"
    TASK_FIRST = "task_first"
    DISPUTE_PENDING = "dispute_pending"
    NO_DISPUTE = "no_dispute"
    DISPUTE_DECIDED = "dispute_decided"
    PARTY_TO_DISPUTE = "party_to_dispute"
    APPEAL_PENDING = "appeal_pending"
    NO_APPEAL = "no_appeal"
    PARTY_TO_DECISION = "party_to_decision"
    NO_LOSS_REPORTED = "no_loss_reported"
    REPORT_TOO_EARLY = "report_too_early"
    NO_SUCH_REPORT = "no_such_report"
    NOT_MAJOR = "not_major"
    REPORT_DRAFTED_ALREADY = "report_drafted_already"
    REPORT_SAYS_NOTHING = "report_says_nothing"
    REPORT_NOT_FIT = "report_not_fit"
    REPORT_UNCHANGED = "report_unchanged"
    REPORT_MOVED_ON = "report_moved_on"
    REPORT_NOT_SUBMITTED = "report_not_submitted"
    RECEIPT_NOTED_ALREADY = "receipt_noted_already"
    RETURN_NOT_FIT = "return_not_fit"
    RETURN_UNCHANGED = "return_unchanged"
    UNIT_CLOSED = "unit_closed"
    CHOSEN_HAS_LEFT = "chosen_has_left"
    HANDLER_HAS_LEFT = "handler_has_left"
    LED_BY_NAMED = "led_by_named"
    DECIDED_ALREADY = "decided_already"
    SECOND_FACTOR_WANTED = "second_factor_wanted"
    TAKES_TWO = "takes_two"
    ASKED_ALREADY = "asked_already"
    NO_SUCH_REQUEST = "no_such_request"
    REQUEST_EXPIRED = "request_expired"
    NO_SECOND_PERSON = "no_second_person"
    NO_SUCH_FILE = "no_such_file"
    ASKER_HAS_LEFT = "asker_has_left"
    ASKER_LOST_CASE = "asker_lost_case"
    NO_SURVEY_HERE = "no_survey_here"
    SURVEY_OVER = "survey_over"
    IMPROVEMENT_OPEN = "improvement_open"
    IMPROVEMENT_ELSEWHERE = "improvement_elsewhere"
    LEFTOVERS_MISSING = "leftovers_missing"
    CAUSE_MISSING = "cause_missing"
    CAUSE_NOT_LISTED = "cause_not_listed"
    NOT_ONESELF = "not_oneself"
    NOTHING_SPOTTED = "nothing_spotted"
    HELD_ALREADY = "held_already"
    NOT_HELD = "not_held"
    ERASED = "erased"
    NOT_TO_BE_ERASED = "not_to_be_erased"
    KEPT_UNTIL = "kept_until"
    NONE_DUE = "none_due"
    NO_SUCH_LETTER = "no_such_letter"
    LETTER_INCOMPLETE = "letter_incomplete"
    LETTER_OF_OTHER_ACT = "letter_of_other_act"
    LETTER_WITHOUT_WAY = "letter_without_way"
    LETTER_DAY_UNFIT = "letter_day_unfit"
    LETTER_OF_ANOTHER = "letter_of_another"
    NO_MAIL_ADDRESS = "no_mail_address"
    INCIDENT_MOVED = "incident_moved"
    MAY_MEND_NOTHING = "may_mend_nothing"
    UNDO_TOO_LATE = "undo_too_late"
    NOT_TO_BE_UNDONE = "not_to_be_undone"


@dataclass(eq=False)
class Refused(Exception):
    """A rule says no; `code` names the rule, `facts` fill the sentence the person reads."""

    code: Refusal
    facts: Mapping[str, str]

    def __init__(self, code: Refusal, **facts: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Refused":
        """The refusal that was kept as JSON."""
        return cls(Refusal(kept["code"]), **kept["facts"])

    def as_kept(self) -> dict[str, Any]:
        """The refusal as JSON can hold it."""
        return {"code": self.code, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a policy or with an input row, where it stands, and what to do."""

    where: str
    """File and line, field, or row: whatever the author of the input can look up."""
    says: Sentence | str
    """Text alone is what was kept before facts were told apart, or what another program said."""


class NotFit(ValueError):
    """A policy pack, calendar or input that cannot be used; carries every fault at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.says}" for fault in faults))
        self.faults = tuple(faults)
