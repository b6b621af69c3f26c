"""Under which heading an act stands where many are listed, as the trade sorts what it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from web.base.phrases import LazyString, _l


@dataclass(frozen=True, slots=True, kw_only=True)
class ActHeading:
    """Acts that belong together, under one heading."""

    title: LazyString
    kinds: tuple[str, ...]
    """In the order in which they are read."""


HEADINGS = (
    ActHeading(
        title=_l("The customer"),
        kinds=(
            "ask_customer", "take_answer", "tell_status", "give_opinion", "go_on_site", "reply",
            "follow_up", "offer_survey", "note_late_contact",
        ),
    ),
    ActHeading(
        title=_l("The handling"),
        kinds=(
            "classify", "flag", "make_plan", "start", "review_recording", "reverify", "note",
            "finish_task", "urge",
        ),
    ),
    ActHeading(
        title=_l("Time limits and dates"),
        kinds=(
            "commit", "extend", "approve_extension", "refuse_extension", "explain_overrun",
            "acknowledge",
        ),
    ),
    ActHeading(
        title=_l("Units and departments"),
        kinds=(
            "assign", "forward", "name_units", "declare_beyond_authority", "raise_dispute",
            "decide_dispute", "refer_up", "join_line", "tell_leader", "bring_in_legal",
        ),
    ),
    ActHeading(
        title=_l("People and conflicts of interest"),
        kinds=(
            "name_person", "unname_person", "declare_conflict", "lift_restriction",
            "propose_finding", "decide_finding", "decide_finding_appeal", "reverse_finding",
            "propose_penalty", "impose_penalty", "undo_penalty", "commend",
        ),
    ),
    ActHeading(
        title=_l("Money and losses"),
        kinds=("promise", "pay_emergency_cash", "report_loss", "file_loss"),
    ),
    ActHeading(
        title=_l("Linked cases and improvements"),
        kinds=(
            "link", "mark_duplicate", "accept_belonging", "dismiss_belonging",
            "propose_improvement", "plan_improvement", "carry_out_improvement",
            "check_improvement", "conclude_improvement",
        ),
    ),
    ActHeading(
        title=_l("Reports, authorities and the press"),
        kinds=(
            "reply_to_sender", "report_result", "draft_case_report", "report_media",
            "consent_to_comment", "comment_to_media",
        ),
    ),
    ActHeading(
        title=_l("Ending and keeping"),
        kinds=(
            "dispose", "close", "withdraw", "file_anonymous", "treat_as_demand", "appeal",
            "decide_appeal", "reopen", "put_on_hold", "lift_hold", "erase",
        ),
    ),
)  # fmt: skip
"""Every act that has a form on the page of a case stands in one of them."""


class OfAKind(Protocol):
    """Whatever says of which act it is."""

    @property
    def kind(self) -> str: ...


Each = TypeVar("Each", bound=OfAKind)


def under_headings(acts: Iterable[Each]) -> list[tuple[ActHeading, list[Each]]]:
    """The same sorted under their headings; without those that none of them stands under."""
    known = {each.kind: each for each in acts}
    found = ((each, [known[kind] for kind in each.kinds if kind in known]) for each in HEADINGS)
    return [(heading, listed) for heading, listed in found if listed]
