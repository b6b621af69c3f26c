"""Tokens for other systems: two administrators make one."""

from dataclasses import dataclass
from datetime import timedelta

from desk.approvals.agreements import agreement
from domain.approvals import ApprovalKind
from domain.case import Actor
from domain.classification import Channel
from store.approvals.requests import collect
from store.database import DatabaseSession
from store.people.tokens import Token, create_token, require_fit_token


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedToken:
    """What a new token is to be for."""

    system: str
    units: tuple[str, ...]
    channels: tuple[Channel, ...]
    first_owner: str
    days: int


def make_token(
    session: DatabaseSession, wanted: WantedToken, *, by: Actor, reason: str
) -> tuple[Token, str] | None:
    """The token and its secret, once another has agreed; None when one has been asked. Raises
    `NotFit` for what could not be made in any case, and `Refused` without a reason.
    """
    require_fit_token(session, system=wanted.system, units=wanted.units)
    agreed = agreement(
        session,
        ApprovalKind.NEW_TOKEN,
        subject=wanted.system,
        request={
            "system": wanted.system,
            "units": list(wanted.units),
            "channels": [each.value for each in wanted.channels],
            "first_owner": wanted.first_owner,
            "days": wanted.days,
        },
        by=by,
        reason=reason,
    )
    if not agreed.may_be_done:
        return None
    if agreed.request is not None:
        collect(session, agreed.request)
    return create_token(
        session,
        system=wanted.system,
        units=wanted.units,
        channels=wanted.channels,
        first_owner=wanted.first_owner,
        by=by,
        lasts=timedelta(days=wanted.days),
        approved_by=agreed.request.decided_by if agreed.request else None,
    )
