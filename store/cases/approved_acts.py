"""Acts on cases that take two: asked for by one, agreed to by another, then a command like any."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from domain.acts import (
    ActContext,
    ActWithLetter,
    AnyAct,
    ApprovedAct,
    Erase,
    SubmitCaseReport,
    carried_out,
)
from domain.approvals import SHOWN, WHILE_THE_CASE_GOES_ON, Approval, ApprovalOutcome
from domain.case import Actor, Case
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.journal import CaseState
from domain.notices import Notice, may_hear_of_request
from domain.policy import CaseRules
from domain.relations import kept_out
from store.approvals.requests import ask_for, expire, may_be_second
from store.cases.commands import store_command, texts_in
from store.cases.fit_reports import require_fit_report
from store.cases.journal import standing_of
from store.cases.requirements import second_person_for
from store.customer_letters import require_author, require_fit_letter
from store.database import transaction_time
from store.erasure.due import require_erasable
from store.erasure.texts import count_texts
from store.notices import write_notices
from store.people.directory import directory_above
from store.people.leavers import has_left
from store.people.people import actor_of
from store.policies.packs import published_pack
from store.values import ACT, to_json

ANOTHER = "another"
"""Who will have agreed, while nobody knows yet who that is."""


def ask_for_act(
    session: Session,
    *,
    command_id: str,
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
) -> Approval:
    """Have a second person decide on an act that one alone must not do; the same again is one
    request. The request and the command that comes of it have the same id.

    The second person reads the texts of the act, so one of them must say why. Raises `Refused` with
    the rule that forbids the act as things stand: nobody is asked for what cannot be done.
    """
    assert isinstance(act, ApprovedAct)
    said = texts_in(words)
    standing = standing_of(session, reference)
    case, conduct = standing.case, published_pack(session, standing.case.policy).conduct
    kind = second_person_for(session, act, case)
    if kind is None:
        raise Refused(Refusal.CHANGED_MEANWHILE)
    if not said:
        raise Refused(Refusal.WORDS_MISSING, missing=next(iter(act.words)))
    now = transaction_time(session)
    agreed = act.agreed(ANOTHER, now)
    _try_out(standing, conduct, command_id, agreed, said, by, seen_version, at=now)
    shown = {}
    if isinstance(act, Erase):
        require_erasable(session, act, reference, by.person)
        shown = {SHOWN: {"texts": count_texts(session, [reference])}}
    if isinstance(act, SubmitCaseReport):
        require_fit_report(session, act, reference, said)
    if isinstance(act, ActWithLetter) and act.enclosed is not None:
        require_author(session, act, reference, by.person)
        require_fit_letter(
            session, act, reference, command_id=command_id, seen_version=seen_version
        )
    asked = ask_for(
        session,
        kind,
        id=command_id,
        subject=reference,
        request={
            **shown,
            "act": to_json(ACT, act),
            "words": said,
            "version": case.version if seen_version is None else seen_version,
        },
        reason=next(said[name] for name in act.words if name in said),
        by=by.person,
    )
    _tell_a_decider(session, case, asked)
    return asked


def tell_asker(session: Session, approval: Approval) -> None:
    """Send word of the answer to whoever asked for an act on a case; nobody needs to be told what
    they did themselves.
    """
    if "act" not in approval.request or approval.outcome is ApprovalOutcome.TAKEN_BACK:
        return
    case = standing_of(session, approval.subject).case
    if approval.requested_by in kept_out(case):
        return
    answered = Notice(
        recipient=approval.requested_by,
        about=Event.SECOND_PERSON_ANSWERED,
        dedupe_key=f"approval/{approval.id}/answer",
    )
    write_notices(session, case, (answered,))


def end_late_requests(session: Session) -> int:
    """End what nobody has decided in time, with word to whoever asked. Says how many that were."""
    ended = expire(session)
    for each in ended:
        tell_asker(session, each)
    return len(ended)


def _tell_a_decider(session: Session, case: Case, asked: Approval) -> None:
    """Send word to the nearest who may decide; the others find it on their page."""
    near = may_hear_of_request(case, asked.requested_by, directory_above(session, case.unit))
    told = next((each for each in near if may_be_second(session, asked, each)), None)
    if told is not None:
        waits = Notice(
            recipient=told,
            about=Event.SECOND_PERSON_ASKED,
            dedupe_key=f"approval/{asked.id}/{told}",
        )
        write_notices(session, case, (waits,))


def store_approved_act(session: Session, approval: Approval) -> None:
    """Store the command that two people have agreed on, once: by whoever asked, as they are now.

    Raises `Refused` when the case has moved on so that it may not be done any more.
    """
    assert approval.decided_by is not None
    assert approval.decided_at is not None
    if has_left(session, approval.requested_by):
        raise Refused(Refusal.ASKER_HAS_LEFT)
    asked = ACT.validate_python(approval.request["act"])
    assert isinstance(asked, ApprovedAct)
    act = asked.agreed(approval.decided_by, approval.decided_at)
    by, words = actor_of(session, approval.requested_by), approval.request["words"]
    version = None if approval.kind in WHILE_THE_CASE_GOES_ON else approval.request["version"]
    try:
        store_command(
            session,
            command_id=approval.id,
            reference=approval.subject,
            act=act,
            words=words,
            by=by,
            seen_version=version,
        )
    except Refused as refused:
        if refused.code is not Refusal.UNKNOWN_REFERENCE:
            raise
        # There is one for whoever agrees: it is the asker who finds none any more.
        raise Refused(Refusal.ASKER_LOST_CASE) from None
    standing = standing_of(session, approval.subject)
    conduct = published_pack(session, standing.case.policy).conduct
    _try_out(standing, conduct, approval.id, act, words, by, version, at=approval.decided_at)


def _try_out(
    standing: CaseState,
    conduct: CaseRules,
    command_id: str,
    act: AnyAct,
    words: Mapping[str, str],
    by: Actor,
    seen_version: int | None,
    *,
    at: datetime,
) -> None:
    """Raises `Refused` with what the workflow would say, as far as the rows know. `at` is told by
    the clock of the records, as the instant of the act itself will be."""
    given = ActContext(
        by=by,
        at=at,
        words=frozenset(words),
        conduct=conduct,
        clocks=standing.clocks,
    )
    carried_out(act, standing.case, given, key=command_id, seen_version=seen_version)
