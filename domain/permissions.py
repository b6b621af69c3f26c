"""Who may do what: one table of rights, by what somebody is and how they stand to a case.

Pages, commands, acts, repairs, reports and notices ask it and nothing else. It is data, so that a
test can ask every cell of it on the running pages (tests/access).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.case import Case
from domain.classification import Role
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from domain.relations import Reader, Relation, is_handed_to, relations_to_unit
from domain.tasks.charge import Charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A line of the table: these roles may do this to whatever they stand to in one of these ways;
    where none is named, to whatever they may read.
    """

    roles: frozenset[Role]
    permissions: frozenset[Permission]
    where: frozenset[Relation] = frozenset()


def _grant(
    roles: Iterable[Role], *permissions: Permission, where: Iterable[Relation] = ()
) -> Grant:
    return Grant(roles=frozenset(roles), permissions=frozenset(permissions), where=frozenset(where))


EVERYBODY = frozenset(Role)

STAFF = EVERYBODY - {Role.ADMINISTRATOR}
"""Whoever works on cases. An administrator does nothing to one and reads no names in it."""

OFFICES = frozenset(
    {
        Role.UNION,
        Role.LEADING_GROUP,
        Role.MEDIA_OFFICE,
        Role.DISCIPLINE,
        Role.LEGAL,
        Role.SECURITY,
        Role.LEADER,
        Role.BUSINESS_LINE,
    }
)
"""Offices that packs give tasks to. They read a case while something of it waits for them."""

MORE_THAN_HANDLING = EVERYBODY - {Role.HANDLER}
"""Roles whose holders may hear of a case of a unit below their own."""

_WORDS = (Permission.READ_WORDS, Permission.READ_NAMES)
_READING = (Permission.READ_CASE, *_WORDS)
_BY_NAME = (Relation.ASSIGNED, Relation.FIRST_OWNER, Relation.STANDS_IN, Relation.CHARGED)
_CHARGED = (Relation.OFFICE, *_BY_NAME)
_LINE = (Relation.OWN_UNIT, Relation.BELOW)


_HANDLERS = frozenset({Role.HANDLER, Role.SUPERVISOR})


_RECEIVERS = _HANDLERS | {Role.INTAKE}


GRANTS: tuple[Grant, ...] = (
    # Who reads a case, and from where: nobody more than they need (A-08, C-16, G-02).
    _grant(
        {Role.HR, Role.REGULATOR_LIAISON, Role.ADMINISTRATOR},
        Permission.READ_CASE,
        where=[Relation.ANYWHERE],
    ),
    _grant({Role.HR, Role.REGULATOR_LIAISON}, *_WORDS, where=_CHARGED),
    _grant({Role.SUPERVISOR}, *_READING, where=[*_LINE, Relation.PARTY, *_BY_NAME]),
    _grant(OFFICES, *_READING, where=_CHARGED),
    _grant({Role.HANDLER}, *_READING, where=[Relation.WAITING_HERE, *_BY_NAME]),
    _grant({Role.INTAKE}, *_READING, where=[Relation.TOOK_IN, *_BY_NAME]),
    _grant({Role.INTAKE}, Permission.FIND_CASE, where=[Relation.ANYWHERE]),
    _grant(
        {
            Role.HANDLER,
            Role.SUPERVISOR,
            Role.HR,
            Role.REGULATOR_LIAISON,
            Role.ADMINISTRATOR,
        },
        Permission.READ_HISTORY,
    ),
    # What is done to a case.
    _grant(_HANDLERS, Permission.HANDLE),
    _grant({Role.SUPERVISOR}, Permission.HANDLE_FOR_OTHERS, Permission.FINISH_ANY_TASK),
    _grant({Role.HANDLER}, Permission.BE_GIVEN, where=[Relation.ANYWHERE]),
    _grant(_RECEIVERS, Permission.SORT, Permission.ASSIGN, Permission.CORRECT_CONTACT),
    _grant({Role.INTAKE, Role.SUPERVISOR}, Permission.DISPATCH, Permission.ASSIGN_ANY),
    # Who gave a case away may read it no more, and whoever was told of it neither.
    _grant(_RECEIVERS | {Role.UNION}, Permission.UNDO, where=[Relation.ANYWHERE]),
    # The union sends on what comes by visit, by letter and from above.
    _grant({Role.UNION}, Permission.DISPATCH),
    _grant(_RECEIVERS | {Role.HR, Role.UNION, Role.REGULATOR_LIAISON}, Permission.REVEAL),
    _grant(_RECEIVERS | {Role.HR}, Permission.URGE),
    _grant({Role.SUPERVISOR, Role.HR}, Permission.URGE_ANY, Permission.APPROVE),
    _grant({Role.SUPERVISOR, Role.HR}, Permission.DECIDE_DISPUTE, Permission.IMPROVE),
    _grant({Role.SUPERVISOR, Role.HR, Role.INTAKE}, Permission.REOPEN),
    _grant(_RECEIVERS | {Role.HR, Role.UNION}, Permission.FOLLOW_UP),
    _grant(_RECEIVERS | {Role.UNION}, Permission.APPEAL),
    _grant({Role.UNION}, Permission.DECIDE_APPEAL),
    _grant({Role.SUPERVISOR, Role.HR}, Permission.PROPOSE_FINDING),
    _grant(
        {Role.SUPERVISOR, Role.HR, Role.LEADING_GROUP},
        Permission.DECIDE_FINDING,
        Permission.DECIDE_PENALTY,
    ),
    _grant({Role.HR}, Permission.HAND_OVER, where=[Relation.ANYWHERE]),
    _grant({Role.HR, Role.SUPERVISOR, Role.LEADING_GROUP}, Permission.STEER),
    _grant(_HANDLERS | {Role.HR}, Permission.COMMIT),
    _grant({Role.HR}, Permission.COMMIT_ANY),
    _grant(_HANDLERS | {Role.BUSINESS_LINE}, Permission.PROMISE),
    _grant({Role.BUSINESS_LINE}, Permission.PROMISE_ANY, Permission.JOIN_AS_LINE),
    _grant(
        {Role.SUPERVISOR, Role.HR, Role.LEADER, Role.LEADING_GROUP, Role.UNION}, Permission.COMMEND
    ),
    _grant({Role.LEADER}, Permission.CONSENT_TO_COMMENT),
    _grant(_HANDLERS | {Role.MEDIA_OFFICE, Role.LEADER}, Permission.COMMENT_TO_MEDIA),
    _grant({Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON}, Permission.ACKNOWLEDGE),
    _grant(STAFF, Permission.NOTE, Permission.MARK, Permission.ATTACH),
    _grant({Role.SUPERVISOR}, Permission.NAME_PERSON),
    _grant({Role.HR}, Permission.NAME_PERSON, where=_CHARGED),
    _grant({Role.SUPERVISOR, Role.HR, Role.DISCIPLINE}, Permission.RESTRICT),
    _grant({Role.DISCIPLINE}, Permission.LIFT_RESTRICTION),
    _grant({Role.HR}, Permission.KNOW_OF, where=[Relation.ANYWHERE]),
    _grant(STAFF, Permission.DECLARE_CONFLICT),
    _grant({Role.SUPERVISOR, Role.HR, Role.LEGAL, Role.DISCIPLINE}, Permission.HOLD),
    _grant({Role.SUPERVISOR, Role.HR}, Permission.ERASE),
    # Reports, and what carries the cases.
    _grant(
        {Role.SUPERVISOR, Role.LEADER, Role.UNION},
        Permission.ANSWER_FOR_REPORTS,
        Permission.COUNT_CASE,
        where=_LINE,
    ),
    _grant(
        {Role.HR, Role.REGULATOR_LIAISON},
        Permission.ANSWER_FOR_REPORTS,
        Permission.COUNT_CASE,
        where=[Relation.ANYWHERE],
    ),
    _grant({Role.HR, Role.REGULATOR_LIAISON}, Permission.RELEASE_MANY, where=[Relation.ANYWHERE]),
    _grant({Role.REGULATOR_LIAISON}, Permission.REPORT_TO_REGULATOR, where=[Relation.ANYWHERE]),
    _grant(
        {Role.ADMINISTRATOR},
        Permission.MEND_NOTICE,
        Permission.REPAIR,
        Permission.READ_TRAIL,
        Permission.APPLY_CALENDAR,
        Permission.TAKE_BACK,
        where=[Relation.ANYWHERE],
    ),
    # What is asked of no case.
    _grant(_RECEIVERS, Permission.REGISTER, where=[Relation.ANYWHERE]),
    _grant({Role.INTAKE}, Permission.TRACK, Permission.SORT_MAIL, where=[Relation.ANYWHERE]),
    _grant({Role.HANDLER}, Permission.REGISTER_OWN_UNIT, where=[Relation.ANYWHERE]),
    _grant(
        {Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON},
        Permission.SUPERVISE,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON} | OFFICES,
        Permission.OVERSEE,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.HR, Role.REGULATOR_LIAISON},
        Permission.READ_POLICIES,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.ADMINISTRATOR, Role.DISCIPLINE},
        Permission.TRACE_CUSTOMER,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.ADMINISTRATOR},
        Permission.MANAGE_PEOPLE,
        Permission.READ_AUDIT,
        Permission.READ_VERIFICATIONS,
        Permission.CHANGE_CALENDARS,
        Permission.MAKE_TOKENS,
        Permission.PUBLISH_POLICIES,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.ADMINISTRATOR, Role.HR},
        Permission.ERASE_ALL_DUE,
        Permission.ERASE_WHEN_DUE,
        where=[Relation.ANYWHERE],
    ),
    _grant(
        {Role.ADMINISTRATOR, Role.DISCIPLINE}, Permission.HEAR_OF_WALKS, where=[Relation.ANYWHERE]
    ),
)
"""The table. Where no relation is named, a role may do it to whatever it may read."""


OF_NO_ROLE = frozenset(
    {Permission.ANSWER_SURVEY, Permission.WRITE_IN, Permission.ANSWER_FINDING, Permission.SPOT}
)
"""What a customer does who shows a link or writes a mail, somebody about what is found of
themselves, and Redress by itself: no role gives it."""


OF_THE_OFFICE: frozenset[Permission] = frozenset(
    each
    for each in Permission
    if each.is_about_a_case
    and each
    not in {
        Permission.READ_TRAIL,
        Permission.TRACE_CUSTOMER,
        Permission.REPORT_TO_REGULATOR,
        Permission.MEND_NOTICE,
        Permission.REPAIR,
        Permission.APPLY_CALENDAR,
        Permission.TAKE_BACK,
        Permission.ERASE_WHEN_DUE,
    }
    | OF_NO_ROLE
)
"""What the office does with a case that was handed to it: all that handlers and supervisors do
elsewhere (A-43, C-10)."""


BARS: Mapping[Relation, frozenset[Permission]] = {
    Relation.NAMED: frozenset(Permission),
    Relation.CONFLICT: frozenset(Permission),
    Relation.CLOSED: frozenset(Permission)
    - {Permission.READ_TRAIL, Permission.TRACE_CUSTOMER, Permission.KNOW_OF}
    - {Permission.APPLY_CALENDAR, Permission.TAKE_BACK, Permission.ERASE_WHEN_DUE},
    Relation.ASSIGNED: frozenset({Permission.REPAIR, Permission.APPROVE}),
    Relation.ASKER: frozenset({Permission.APPROVE}),
}
"""What is taken from whoever stands so to a case, whatever their roles give them.

A case that was handed to an office is still in the audit, which is there to find who tried to look;
and its days are counted by a new calendar with all others, without a look inside."""


STEPS_BACK: Mapping[Relation, frozenset[Relation]] = {
    Relation.COLLEAGUE: frozenset({Relation.WAITING_HERE, Relation.TOOK_IN}),
}
"""Who stands to a case in the first way gains nothing by standing to it in the others: colleagues
of a person complained about read only what they are given (A-08, A-36)."""


ONCE_GRANTED: Mapping[Permission, frozenset[Role]] = {
    Permission.NOTE: frozenset({Role.ADMINISTRATOR}),
    Permission.MARK: frozenset({Role.ADMINISTRATOR}),
    Permission.ACKNOWLEDGE: frozenset({Role.ADMINISTRATOR}),
}
"""What roles might do before it was taken from them. Nobody is let in on it any more; but the
history of a running case may hold what was done under it, and replays it."""


FOR_A_SYSTEM = (Role.INTAKE,)
"""What another system, or a file that is imported, is let do: bring complaints in."""


def grants_of(role: Role, permission: Permission) -> frozenset[Relation]:
    """In which relations a role may do something; none where it never may."""
    return _WHERE.get((role, permission), frozenset())


def _where() -> dict[tuple[Role, Permission], frozenset[Relation]]:
    found: dict[tuple[Role, Permission], frozenset[Relation]] = {}
    for grant in GRANTS:
        for role in grant.roles:
            # The lines about reading come first.
            where = grant.where or found[role, Permission.READ_CASE]
            for permission in grant.permissions:
                found[role, permission] = found.get((role, permission), frozenset()) | where
    for role in Role:
        for permission in OF_THE_OFFICE:
            found[role, permission] = found.get((role, permission), frozenset()) | {Relation.HANDED}
    return found


_WHERE = _where()


def holds(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of these roles may do it at all, to whatever it may be."""
    return any(_OF_A_ROLE[role, permission] for role in roles)


_OF_A_ROLE = {
    (role, permission): bool(_WHERE.get((role, permission), frozenset()) - {Relation.HANDED})
    for role in Role
    for permission in Permission
}


def holders(permission: Permission) -> tuple[Role, ...]:
    """The roles that may do it."""
    return tuple(sorted(role for role in Role if _OF_A_ROLE[role, permission]))


def not_your_role(permission: Permission) -> Refused:
    """The refusal for whoever has none of these roles."""
    return Refused(Refusal.NOT_YOUR_ROLE, roles=", ".join(holders(permission)))


def is_barred(permission: Permission, relations: Iterable[Relation]) -> bool:
    """Whether whoever stands so may not do it, whatever they are."""
    return any(permission in BARS.get(each, ()) for each in relations)


def may(permission: Permission, roles: Iterable[Role], relations: frozenset[Relation]) -> bool:
    """Whether somebody of these roles, who stands so to a case, may do this to it."""
    return not is_barred(permission, relations) and is_granted(permission, roles, relations)


def is_granted(
    permission: Permission, roles: Iterable[Role], relations: frozenset[Relation]
) -> bool:
    """Whether these roles give it to somebody who stands so to a case, if nothing takes it away."""
    lost = frozenset().union(*(STEPS_BACK.get(each, frozenset()) for each in relations))
    return any(grants_of(role, permission) & (relations - lost) for role in roles)


def units_for(permission: Permission, who: Reader, units: Iterable[str]) -> frozenset[str]:
    """Those of these units for which somebody may do this."""
    return frozenset(
        unit for unit in units if may(permission, who.roles, relations_to_unit(who, unit))
    )


def may_in(case: Case, permission: Permission, roles: Iterable[Role]) -> bool:
    """Whether these roles may do this in a case at all; in one that was handed to an office, that
    office may do everything.
    """
    roles = tuple(roles)
    return is_handed_to(case, roles) or holds(roles, permission)


def might_in(case: Case, permission: Permission, roles: Iterable[Role]) -> bool:
    """Whether these roles may do this, or might at some time."""
    roles = tuple(roles)
    once = ONCE_GRANTED.get(permission, frozenset())
    return may_in(case, permission, roles) or not once.isdisjoint(roles)


def may_end_task(charged: Charged, who: Reader, *, stands_in_for: frozenset[str]) -> bool:
    """Whether somebody may say that a task is done: who is charged, the deputy of an absent one, a
    colleague of the office or of one above it, and whoever it has climbed to.
    """
    by_name = {charged.person, *charged.told}
    if who.person in by_name or not stands_in_for.isdisjoint(by_name):
        return True
    is_in_line = charged.unit == who.unit or charged.unit in who.below
    return is_in_line and charged.role in who.roles


def is_of_the_office(role: Role, roles: Iterable[Role]) -> bool:
    """Whether these roles hold an office, and may do its own acts."""
    return role in tuple(roles)


def may_finish(role: Role, roles: Iterable[Role]) -> bool:
    """Whether these roles may say that a task of an office is done, under a pack from before it was
    asked who is charged.
    """
    roles = tuple(roles)
    return role in roles or holds(roles, Permission.FINISH_ANY_TASK)


def leads(roles: Iterable[Role]) -> bool:
    """Whether these roles lead the unit they are held in."""
    return holds(roles, Permission.HANDLE_FOR_OTHERS)


def must_have_second_factor(roles: Iterable[Role], wanted: frozenset[Role]) -> bool:
    """Whether somebody comes in with a second factor alone, when the bank wants it of these."""
    return not wanted.isdisjoint(roles)


def stands_in_for_reports(roles: Iterable[Role]) -> bool:
    """Whether somebody answers for the reports of units that nobody leads."""
    return Role.HR in tuple(roles)


def only_takes_down(roles: Iterable[Role]) -> bool:
    """Whether somebody sits where complaints are only taken down and passed on, as a pack may want
    it of the hotline (C-20, K-19).
    """
    return Role.INTAKE in tuple(roles)
