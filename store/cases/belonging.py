"""Looking for what belongs together: when a case is settled, and never a second time for a pair."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.acts import SpotBelonging
from domain.acts.belonging import named_before
from domain.case import Actor, Case
from domain.events import Event
from domain.journal import REDRESS, Entry
from domain.policy import CaseRules
from domain.surveys import PLAIN
from store.cases.commands import ask_besides
from store.tables import CaseRow, JournalRow
from store.values import CASE

AT_MOST = 20
"""Cases named at once (default)."""


def spot_belonging(session: Session, case: Case, entry: Entry, conduct: CaseRules) -> None:
    """Ask the case's own workflow to name the cases that may belong to it, if there are any. Again,
    it changes nothing."""
    ended, within = case.disposition, conduct.belongs_within
    if entry.event is not Event.DISPOSED or ended is None or not ended.causes or within is None:
        return
    since = entry.at - within.amount * PLAIN[within.unit]
    rows = session.scalars(
        select(CaseRow.state)
        .join(JournalRow, JournalRow.reference == CaseRow.reference)
        .where(JournalRow.event == Event.DISPOSED, JournalRow.at >= since)
        # Of two that are written together only the later one asks, so that a pair is named once.
        .where(JournalRow.at < entry.at)
        .where(CaseRow.unit == case.unit, CaseRow.reference != case.reference)
        .where(CaseRow.state["disposition"]["causes"].bool_op("?|")(array(ended.causes)))
        .order_by(JournalRow.at.desc())
        .limit(AT_MOST)
    )
    others = (CASE.validate_python(state) for state in rows)
    found = sorted({each.reference for each in others if _may_belong(each, case)})
    if found:
        by = Actor(person=REDRESS, roles=(), unit=case.unit, level=case.level)
        act = SpotBelonging(cases=tuple(found))
        ask_besides(session, f"spotted/{entry.key}", case.reference, act, by)


def _may_belong(other: Case, case: Case) -> bool:
    """Whether it is worth a question: not what is known already, nor what an office has to itself,
    nor a pair that was named before from either side."""
    if other.restricted_to or case.restricted_to or case.reference == other.duplicate_of:
        return False
    known = {*case.linked, *named_before(case), case.duplicate_of}
    return other.reference not in known and case.reference not in named_before(other)
