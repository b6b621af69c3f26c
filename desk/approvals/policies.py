"""Policies put in force: two people change what new complaints go by."""

from pathlib import Path

from desk.approvals.agreements import Agreement, agreement
from domain.approvals import SHOWN, Approval, ApprovalKind
from domain.case import Actor
from domain.errors import Refusal, Refused
from rulebook.packs import differences
from store.database import DatabaseSession
from store.evidence.audit import Action, note
from store.policies.packs import current_text, current_version, publish_text, read_fit


def put_in_force(
    session: DatabaseSession, name: str, folder: Path, *, by: Actor, reason: str
) -> Agreement | None:
    """Ask another to agree that new complaints go by this text of a pack; while there is nobody
    else, it is in force at once. None when it is in force already. Raises `NotFit`, and `Refused`
    without a reason.
    """
    version, text = read_fit(name, folder)
    before = current_version(session, name)
    if before == version:
        return None
    old = current_text(session, name)
    agreed = agreement(
        session,
        ApprovalKind.PUBLISH_POLICY,
        subject=name,
        request={
            "version": version,
            "instead_of": before,
            "text": text,
            SHOWN: {"changes": list(differences(old, text)) if old is not None else []},
        },
        by=by,
        reason=reason,
    )
    if agreed.may_be_done:
        publish_text(session, name, version, text)
        note(session, Action.POLICY_PUBLISHED, by=by.person, subject=version)
    return agreed


def publish_agreed(session: DatabaseSession, approval: Approval) -> None:
    """Put in force what two have agreed on, as it was when it was asked for. Raises `Refused` when
    another version has been put in force since.
    """
    asked = approval.request
    if current_version(session, approval.subject) != asked["instead_of"]:
        raise Refused(Refusal.CHANGED_MEANWHILE)
    publish_text(session, approval.subject, asked["version"], asked["text"])
    note(
        session,
        Action.POLICY_PUBLISHED,
        by=approval.requested_by,
        subject=asked["version"],
        approved_by=str(approval.decided_by),
    )
