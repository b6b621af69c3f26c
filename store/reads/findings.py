"""Findings as somebody reads them of whom they are: what is said of them, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Case
from domain.events import Event
from domain.findings import Finding, FindingStage
from domain.notices import TOLD_OF_A_FINDING
from domain.penalties import ImposedPenalty
from domain.relations import Reader
from store.scope import commends, finds_about
from store.tables import CaseRow, JournalRow, NoticeRow
from store.values import CASE

OF_FINDINGS = frozenset(
    {
        Event.FINDING_PROPOSED,
        Event.FINDING_REPLIED,
        Event.FINDING_DECIDED,
        Event.FINDING_APPEALED,
        Event.FINDING_APPEAL_DECIDED,
        Event.FINDING_REVERSED,
        Event.PENALTY_IMPOSED,
        Event.PENALTY_UNDONE,
    }
)
"""Entries whose texts are about somebody's part; why a case was taken up again is none."""

TOLD_WORDS = ("allegation", "reply", "reason")
"""The texts of findings that their persons read; a note for those who decide is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinding:
    """What is found about somebody, as they read it."""

    reference: str
    finding: Finding
    allegation: str
    reply: str
    reason: str
    """Of the decision."""
    appeal: str
    """Why they do not accept it."""
    end: str
    """Why the appeal was upheld or not, or the decision taken back."""
    confirmed_at: datetime | None
    """When an appeal was decided against them, of a decision that was taken back later."""
    confirmed: str
    """Why."""
    may_reply: bool
    may_appeal: bool
    penalties: tuple["OwnPenalty", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPenalty:
    """A penalty that followed from a finding, as its person reads it."""

    penalty: ImposedPenalty
    reason: str
    undone: str
    """Why it was undone, where that was said of the penalty itself."""


def findings_about(session: Session, reader: Reader, now: datetime) -> tuple[OwnFinding, ...]:
    """Everything that was found about somebody, newest first. Cases are looked for by the word of
    it that went to them."""
    told = select(NoticeRow.reference).where(
        NoticeRow.recipient == reader.person,
        NoticeRow.about.in_(sorted(TOLD_OF_A_FINDING.values())),
    )
    states = session.scalars(
        select(CaseRow.state).where(CaseRow.reference.in_(told), finds_about(reader.person))
    )
    found: list[OwnFinding] = []
    for case in map(CASE.validate_python, states):
        mine = [each for each in case.findings if each.person == reader.person]
        found += [_own(session, case, each, is_newest=each is mine[-1], now=now) for each in mine]
    return tuple(sorted(found, key=lambda own: own.finding.proposed_at, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCommendation:
    """That somebody did well, as they read it."""

    reference: str
    at: datetime
    by: str
    reason: str


def commendations_of(session: Session, reader: Reader) -> tuple[OwnCommendation, ...]:
    """Every commendation of somebody of which word went to them, newest first."""
    told = select(NoticeRow.reference).where(
        NoticeRow.recipient == reader.person, NoticeRow.about == Event.COMMENDED
    )
    states = session.scalars(
        select(CaseRow.state).where(CaseRow.reference.in_(told), commends(reader.person))
    )
    found = [
        OwnCommendation(
            reference=case.reference,
            at=each.at,
            by=each.by,
            reason=_praise(session, case.reference, each.at),
        )
        for case in map(CASE.validate_python, states)
        for each in case.commendations
        if each.person == reader.person
    ]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _praise(session: Session, reference: str, at: datetime) -> str:
    words: dict[str, str] | None = session.scalar(
        select(JournalRow.words).where(
            JournalRow.reference == reference,
            JournalRow.event == Event.COMMENDED,
            JournalRow.at == at,
        )
    )
    return (words or {}).get("reason", "")


def _own(
    session: Session, case: Case, finding: Finding, *, is_newest: bool, now: datetime
) -> OwnFinding:
    followed = [each for each in case.imposed if _rests_on(each, finding)]
    confirmed_at = _confirmed_at(session, case.reference, finding)
    said = _said(session, case.reference, finding, followed, confirmed_at)
    decided = finding.stage is FindingStage.RESPONSIBLE
    is_unanswered = finding.stage is FindingStage.PROPOSED and finding.replied_at is None
    return OwnFinding(
        reference=case.reference,
        finding=finding,
        allegation=said.get(finding.proposed_at, {}).get("allegation", ""),
        reply=_at(said, finding.replied_at, "reply"),
        reason=_at(said, finding.decided_at, "reason"),
        appeal=_at(said, finding.appealed_at, "reason"),
        end=_at(said, finding.ended_at, "reason"),
        confirmed_at=confirmed_at,
        confirmed=_at(said, confirmed_at, "reason"),
        may_reply=is_newest and is_unanswered,
        may_appeal=is_newest and decided and not finding.is_final(now),
        penalties=tuple(
            OwnPenalty(
                penalty=each,
                reason=_at(said, each.imposed_at, "reason"),
                undone=_at(said, each.undone_at, "reason") if finding.stands else "",
            )
            for each in followed
        ),
    )


def _rests_on(penalty: ImposedPenalty, finding: Finding) -> bool:
    """Whether a penalty followed from just this finding, of several on one person."""
    if finding.person != penalty.person or finding.decided_at is None:
        return False
    over_at = None if finding.stands else finding.ended_at
    return finding.decided_at <= penalty.imposed_at and (
        over_at is None or penalty.imposed_at <= over_at
    )


def _confirmed_at(session: Session, reference: str, finding: Finding) -> datetime | None:
    """When an appeal had been decided against its person before the decision was taken back: the
    finding itself says then only when that was."""
    if finding.stage is not FindingStage.REVERSED or finding.appealed_at is None:
        return None
    return session.scalar(
        select(JournalRow.at).where(
            JournalRow.reference == reference,
            JournalRow.event == Event.FINDING_APPEAL_DECIDED,
            JournalRow.facts["person"].astext == finding.person,
            JournalRow.at > finding.appealed_at,
            JournalRow.at < finding.ended_at,
        )
    )


def _said(
    session: Session,
    reference: str,
    finding: Finding,
    followed: Iterable[ImposedPenalty],
    confirmed_at: datetime | None,
) -> Mapping[datetime, Mapping[str, str]]:
    """The texts that its person reads, by the instant at which they were written."""
    moments = (
        finding.proposed_at,
        finding.replied_at,
        finding.decided_at,
        finding.appealed_at,
        finding.ended_at,
        confirmed_at,
        *(at for each in followed for at in (each.imposed_at, each.undone_at)),
    )
    rows = session.scalars(
        select(JournalRow).where(
            JournalRow.reference == reference,
            JournalRow.event.in_(sorted(OF_FINDINGS)),
            JournalRow.at.in_([each for each in moments if each is not None]),
        )
    )
    return {
        row.at: {name: text for name, text in (row.words or {}).items() if name in TOLD_WORDS}
        for row in rows
    }


def _at(said: Mapping[datetime, Mapping[str, str]], at: datetime | None, name: str) -> str:
    return said.get(at, {}).get(name, "") if at is not None else ""
