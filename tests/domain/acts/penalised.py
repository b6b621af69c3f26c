"""Somebody who was found responsible, in a bank that fines people."""

from dataclasses import replace
from typing import Any

from domain.case import Case
from domain.classification import Role
from domain.findings import Finding, FindingStage, Involvement
from domain.penalties import ImposedPenalty, Sanction
from domain.policy import FindingRules, Span, TimeUnit
from rulebook.packs import read_pack
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import CLOSED, NEXT_WEEK

RULES = some_conduct(
    findings=FindingRules(
        reply_within=Span(amount=7, unit=TimeUnit.CALENDAR_DAY),
        appeal_within=Span(amount=15, unit=TimeUnit.CALENDAR_DAY),
        decided_by=Role.HR,
        leads_to_penalties=True,
        rule="C-19",
    ),
    penalties=read_pack("trial-three-hotlines")[0].conduct.penalties,
    penalty_alone_up_to_fen=1_000_00,
)
"""The three ranges of the source, in a bank that fines people."""
assert RULES.findings is not None
OFF = replace(RULES, findings=replace(RULES.findings, leads_to_penalties=False))


def found(person: str = "han", part: Involvement = Involvement.DIRECT_PERSON) -> Finding:
    """Somebody was found responsible, and their appeal was not upheld."""
    return Finding(
        person=person,
        involvement=part,
        proposed_by="sun",
        proposed_at=MONDAY,
        reply_until_at=MONDAY,
        replied_at=MONDAY,
        stage=FindingStage.CONFIRMED,
        decided_by="hong",
        approved_by="sun",
        decided_at=MONDAY,
        appeal_until_at=NEXT_WEEK,
        appealed_at=MONDAY,
        ended_by="una",
        ended_at=MONDAY,
    )


def in_a_case(*findings: Finding, **over: Any) -> Case:
    return replace(
        CLOSED,
        person_complained_about=findings[0].person,
        also_complained_about=tuple(each.person for each in findings[1:]),
        findings=findings,
        **over,
    )


FINED = ImposedPenalty(
    number=1,
    person="han",
    schedule="attitude",
    post=Involvement.DIRECT_PERSON,
    measure=Sanction.FINE,
    amount_fen=100_00,
    rule="C-31",
    imposed_by="hong",
    approved_by=None,
    imposed_at=MONDAY,
)
