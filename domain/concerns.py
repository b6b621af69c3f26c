"""Which offices have something to do in a case: the reason for which they may read its words."""

from collections.abc import Iterator

from domain.case import Case, Milestone
from domain.classification import Mark, Role
from domain.findings import FindingStage
from domain.permission_names import Permission
from domain.permissions import holders
from domain.policy import Pack

OF_THE_PRESS = frozenset({Mark.MEDIA, Mark.MEDIA_HIGH})


def offices_concerned(case: Case, pack: Pack) -> frozenset[Role]:
    """The offices for which something in the case waits: a task or a decision; the one that has
    found somebody responsible, as long as that stands; and, until the case is closed, what came to
    them by a rung of a ladder or by the way the complaint came in.

    The one place that says so. It is asked each time the case changes.
    """
    waits = {task.role for task in case.tasks if task.is_open and not task.for_first_owner}
    waits |= {role for each in _decisions(case) for role in holders(each)}
    if pack.conduct.findings is not None and any(each.stands for each in case.findings):
        # What follows from it, and taking it back, is theirs when their task has long ended.
        waits.add(pack.conduct.findings.decided_by)
    if case.is_closed:
        return frozenset(waits)
    fired = {each.step for each in case.fired}
    rungs = (rung for ladder in pack.ladders.values() for rung in ladder)
    waits |= {rung.role for rung in rungs if rung.name in fired}
    waits |= {route.owner for route in pack.routes_of(case)}
    return frozenset(waits)


def _decisions(case: Case) -> Iterator[Permission]:
    """What somebody must decide before it goes on."""
    if case.extension_request is not None:
        yield Permission.APPROVE
    if case.disputed_with is not None:
        yield Permission.DECIDE_DISPUTE
    if case.appeal_is_pending:
        yield Permission.DECIDE_APPEAL
    if any(each.stage is FindingStage.APPEALED for each in case.findings):
        yield Permission.DECIDE_APPEAL
    if not case.is_closed and not OF_THE_PRESS.isdisjoint(case.marks):
        if case.reached(Milestone.MEDIA_CONSENT) is None:
            yield Permission.CONSENT_TO_COMMENT
        if case.reached(Milestone.COMMENTED) is None:
            yield Permission.COMMENT_TO_MEDIA
