"""Setting up a bank: units and people judged against the bank as it would be, then changed.

A page changes one, a file many; both come through here, under the same rules.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.approvals import Approval, ApprovalKind
from domain.case import Actor
from domain.classification import Level, Role
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import holders, holds, not_your_role
from domain.staffing import (
    BankRecords,
    PersonRecord,
    UnitRecord,
    flaws_of_person,
    flaws_of_unit,
    no_administrator_left,
    units_nobody_leads,
)
from rulebook.staffing import read_staffing_limits
from store.approvals.lists import subjects_waiting
from store.approvals.requests import ask_for
from store.cases.leavers import hand_tasks_over, take_back_cases
from store.database import DatabaseSession, Sessions
from store.evidence.audit import CONSOLE, Action, note
from store.people.people import create_invitation, without_a_password
from store.people.records import (
    count_open_cases,
    hold_the_bank,
    read_ids,
    read_records,
    save_people,
    save_units,
)
from store.policies.packs import current_packs

AT_THE_CONSOLE = Actor(
    person=CONSOLE,
    roles=holders(Permission.MANAGE_PEOPLE),
    unit="",
    level=Level.HEAD_OFFICE,
)
"""Somebody at the machine itself, who could do anything there in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How units and people are to be."""

    units: Sequence[UnitRecord] = ()
    people: Sequence[PersonRecord] = ()


Wishing = Callable[[BankRecords], Wish]
"""Says how things are to be, once it is told how they are: asked while nobody else changes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a wish would change, and everything that stands against it."""

    before: BankRecords
    units: tuple[UnitRecord, ...]
    """Those that would be made or changed."""
    people: tuple[PersonRecord, ...]
    asks_for: tuple[str, ...]
    """Logins of those whom a second administrator must agree to make one."""
    flaws_of_units: Mapping[str, Sequence[Flaw]]
    flaws_of_people: Mapping[str, Sequence[Flaw]]
    led_by_nobody: tuple[str, ...] = field(default=())
    """Units whose complaints no supervisor would hear of."""

    @property
    def flaws(self) -> list[Flaw]:
        every = (*self.flaws_of_units.values(), *self.flaws_of_people.values())
        return [flaw for flaws in every for flaw in flaws]

    @property
    def leavers(self) -> tuple[str, ...]:
        """Logins of those who would come in no more."""
        return tuple(
            each.login
            for each in self.people
            if each.is_disabled
            and each.login in self.before.people
            and not self.before.people[each.login].is_disabled
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody with the secret of a one-time link, which can never be read again."""

    login: str
    name: str
    unit: str
    secret: str = field(repr=False)


class PeopleDesk:
    """What administrators do about units and people."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def judge(self, wishing: Wishing, by: Actor) -> Judgement:
        """What would come of it; nothing is written."""
        _require(by)
        with self._sessions() as session:
            return _judge(session, wishing, by)

    def change(self, wishing: Wishing, by: Actor, *, reason: str = "") -> Judgement:
        """Have it so, whole or not at all. `reason` is what a second administrator reads.

        The same again changes nothing. Raises `NotFit` with everything that stands against it.
        """
        _require(by)
        with self._sessions.begin() as session:
            hold_the_bank(session)
            judged = _judge(session, wishing, by)
            if judged.flaws:
                raise NotFit(judged.flaws)
            _carry_out(session, judged, by, reason)
        return judged

    def invite(self, login: str, by: Actor) -> str:
        """The secret of a one-time link for somebody who works here, to set a password by; earlier
        links stop working. Raises `NotFit` for anybody else.
        """
        _require(by)
        with self._sessions.begin() as session:
            known = read_records(session).people.get(login)
            if known is None or known.is_disabled:
                raise NotFit([Flaw.of("login", BadInput.NO_SUCH_PERSON)])
            return _invite(session, read_ids(session)[login], by)

    def invite_newcomers(self, by: Actor) -> tuple[Invited, ...]:
        """A link for each of those who work here and have never set a password."""
        _require(by)
        with self._sessions.begin() as session:
            return tuple(
                Invited(
                    login=each.login,
                    name=each.name,
                    unit=each.unit,
                    secret=_invite(session, each.id, by),
                )
                for each in without_a_password(session)
            )


def link_of(base_url: str, secret: str) -> str:
    """The address by which somebody sets a password, once."""
    return f"{base_url.rstrip('/')}/invitations/{secret}"


def _invite(session: DatabaseSession, person: str, by: Actor) -> str:
    note(session, Action.INVITED, by=by.person, subject=person)
    return create_invitation(session, person)


def is_as_wished(known: PersonRecord, wished: PersonRecord) -> bool:
    """Whether somebody is as wished already, but for a role on which a second administrator has yet
    to decide."""
    at_once = replace(wished, roles=_without_rights_over_people(wished.roles))
    return known in (wished, at_once)


def _require(by: Actor) -> None:
    """Raises `Refused` for whoever may not manage people."""
    if not holds(by.roles, Permission.MANAGE_PEOPLE):
        raise not_your_role(Permission.MANAGE_PEOPLE)


def _judge(session: DatabaseSession, wishing: Wishing, by: Actor) -> Judgement:
    before = read_records(session)
    wish = wishing(before)
    wished = {each.login: each for each in wish.people}
    people, asks_for = _without_new_administrators(session, wish.people, before, by)
    units = tuple(each for each in wish.units if before.units.get(each.id) != each)
    people = tuple(each for each in people if before.people.get(each.login) != each)
    after = BankRecords(
        units={**before.units, **{each.id: each for each in units}},
        people={**before.people, **{each.login: each for each in people}},
    )
    judged = Judgement(
        before=before,
        units=units,
        people=people,
        asks_for=asks_for,
        flaws_of_units=dict(_flaws_of_units(session, units, before, after)),
        # Whoever waits for a second administrator is judged as they would then be.
        flaws_of_people=dict(
            _flaws_of_people([wished[each.login] for each in people], before, after)
        ),
    )
    if judged.flaws:
        # Nobody can be looked for in units that stand in a circle.
        return judged
    return replace(judged, led_by_nobody=tuple(units_nobody_leads(after)))


def _without_new_administrators(
    session: DatabaseSession, people: Sequence[PersonRecord], before: BankRecords, by: Actor
) -> tuple[tuple[PersonRecord, ...], tuple[str, ...]]:
    """The people as they may be made without a second administrator, and the logins of those for
    whom one must be asked. While there is no other who could decide, nobody must.
    """
    ids = read_ids(session)
    others = {login for login in before.administrators() if ids[login] != by.person}
    if not others:
        return tuple(people), ()
    asks_for = [
        each.login
        for each in people
        if holds(each.roles, Permission.MANAGE_PEOPLE)
        and not each.is_disabled
        and each.login not in before.administrators()
    ]
    kept = tuple(
        replace(each, roles=_without_rights_over_people(each.roles))
        if each.login in asks_for
        else each
        for each in people
    )
    asked = subjects_waiting(session, ApprovalKind.MAKE_ADMINISTRATOR)
    return kept, tuple(login for login in asks_for if ids.get(login) not in asked)


def _without_rights_over_people(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(role for role in roles if not holds((role,), Permission.MANAGE_PEOPLE))


def _flaws_of_units(
    session: DatabaseSession,
    units: Sequence[UnitRecord],
    before: BankRecords,
    after: BankRecords,
) -> Iterator[tuple[str, list[Flaw]]]:
    limits = read_staffing_limits()
    packs = {pack.name for pack in current_packs(session)}
    open_cases = count_open_cases(session)
    for unit in units:
        yield (
            unit.id,
            flaws_of_unit(
                unit,
                after,
                is_new=unit.id not in before.units,
                limits=limits,
                packs=packs,
                open_cases=open_cases.get(unit.id, 0),
            ),
        )


def _flaws_of_people(
    people: Sequence[PersonRecord], before: BankRecords, after: BankRecords
) -> Iterator[tuple[str, list[Flaw]]]:
    limits = read_staffing_limits()
    last = no_administrator_left(before, after)
    for person in people:
        known = before.people.get(person.login)
        flaws = flaws_of_person(person, after, known=known, limits=limits)
        if person.login in last:
            flaws.append(Flaw.of("roles", BadInput.LAST_ADMINISTRATOR))
        yield person.login, flaws


def _carry_out(session: DatabaseSession, judged: Judgement, by: Actor, reason: str) -> None:
    save_units(session, judged.units, judged.before, by=by.person)
    save_people(session, judged.people, judged.before, by=by.person)
    ids = read_ids(session)
    leavers = [ids[login] for login in judged.leavers]
    take_back_cases(session, leavers)
    hand_tasks_over(session, leavers)
    for login in judged.asks_for:
        ask_for(
            session,
            ApprovalKind.MAKE_ADMINISTRATOR,
            subject=ids[login],
            request={"role": Role.ADMINISTRATOR},
            reason=reason,
            by=by.person,
        )


def make_administrator(session: DatabaseSession, approval: Approval) -> None:
    """Give somebody the role that two administrators have agreed on."""
    assert approval.decided_by is not None
    before = read_records(session)
    ids = read_ids(session)
    login = next(login for login, each in ids.items() if each == approval.subject)
    record = before.people[login]
    if record.is_disabled:
        raise Refused(Refusal.CHOSEN_HAS_LEFT)
    roles = {*record.roles, Role(approval.request["role"])}
    changed = replace(record, roles=tuple(each for each in Role if each in roles))
    save_people(session, [changed], before, by=approval.decided_by)
