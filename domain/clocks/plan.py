"""The clock ledger: which clocks run on a case, when each is due, what happens then, and why.

The whole ledger is a fold: `plan` reads the case, its policy pack and a calendar, and derives every
clock anew. Nothing is added up along the way, so nothing can drift, and the same three inputs give
the same dates years later.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.case import (
    BREACH,
    Case,
    Commitment,
    Milestone,
    Pause,
    Reached,
)
from domain.clocks.counting import after, count, day_named
from domain.clocks.ledger import FINAL, Clock, DayCounted, Derivation, Planned, Step
from domain.clocks.steps import steps_of
from domain.conditions import holds
from domain.findings import FINDING, FindingStage
from domain.policy import DateSetBy, Limit, Nature, Pack, Span
from domain.tasks.dates import given_at, limit_of
from domain.working_time import WorkingCalendar


def plan(case: Case, pack: Pack, calendar: WorkingCalendar) -> tuple[Planned, ...]:
    """Every clock of the case under its pack, in the order of the pack; then those of its tasks and
    of what was found about people."""
    facts = pack.conduct.facts_of(case)
    of_the_case = [
        planned
        for limit in pack.limits
        if holds(limit.when, facts)
        for planned in _clocks_of(limit, case, pack, calendar)
    ]
    return (
        *_without_promises_taken_over(of_the_case, pack),
        *_clocks_of_tasks(case, pack, calendar),
        *_clocks_of_findings(case, pack, calendar),
    )


def _without_promises_taken_over(of_the_case: Sequence[Planned], pack: Pack) -> Iterator[Planned]:
    """What was promised runs once: not beside a limit that has moved to that very date (C-22)."""
    moving = {limit.name for limit in pack.limits if limit.moved_by_commitment}
    promises = {limit.name for limit in pack.limits if limit.within is DateSetBy.PROMISE}
    taken_over = {
        each.clock.due_at
        for each in of_the_case
        if each.clock.limit in moving and each.clock.due_at == each.derivation.extended_to
    }
    for each in of_the_case:
        if each.clock.limit not in promises or each.clock.due_at not in taken_over:
            yield each


def _clocks_of_tasks(case: Case, pack: Pack, calendar: WorkingCalendar) -> Iterator[Planned]:
    """A task's clock runs from when it was given until it is done, whatever the case does."""
    for task in case.tasks:
        limit = limit_of(task, pack)
        if limit is not None:
            yield _planned(
                task.key, limit, given_at(task), task.done_at, False, case, pack, calendar
            )


def _clocks_of_findings(case: Case, pack: Pack, calendar: WorkingCalendar) -> Iterator[Planned]:
    """The time to appeal of each finding that can be appealed against, or could until it was over.

    Nobody owes anything by its end, so nothing is due and nothing runs out: it only comes to pass.
    """
    rules = pack.conduct.findings
    if rules is None or not rules.tells_when_final:
        return
    for number, finding in enumerate(case.findings, start=1):
        if finding.stage is not FindingStage.RESPONSIBLE:
            continue
        assert finding.decided_at is not None
        assert finding.appeal_until_at is not None
        key = f"{FINDING}{number}"
        over = next((each.at for each in case.fired if each.clock == key), None)
        step = Step(
            clock=key,
            name=FINAL,
            fires_at=finding.appeal_until_at,
            role=rules.decided_by,
            rule=rules.rule,
        )
        derivation = Derivation(
            clock=key,
            limit=FINDING,
            rule=rules.rule,
            policy=case.policy,
            calendar=f"{calendar.name}@{calendar.version}",
            anchor=Milestone.FINDING_DECIDED,
            anchor_at=finding.decided_at,
            within=str(rules.appeal_within),
            days=(),
            pauses=(),
            extended_to=None,
            extended_by=None,
            due_at=None,
            due_on=None,
        )
        yield Planned(
            clock=Clock(
                key=key,
                limit=FINDING,
                rule=rules.rule,
                nature=Nature.INTERNAL,
                anchor=Milestone.FINDING_DECIDED,
                anchor_at=finding.decided_at,
                due_at=None,
                due_on=None,
                stopped_at=over,
                superseded=False,
                breached=False,
                pausable=False,
                extendable=False,
                steps=() if over else (step,),
                proof=derivation.digest(),
            ),
            derivation=derivation,
        )


def _clocks_of(
    limit: Limit, case: Case, pack: Pack, calendar: WorkingCalendar
) -> Iterator[Planned]:
    if limit.within is DateSetBy.SENDER and case.sender_due_at is None:
        return  # The sender has set no date, so none can run out.
    anchors = _anchors(limit, case)
    for number, anchor in enumerate(anchors, start=1):
        key = limit.clock if number == 1 else f"{limit.clock}.{number}"
        following = anchors[number].at if number < len(anchors) else None
        stopped_at = _stopped_at(limit, case, anchor)
        superseded = following is not None and (stopped_at is None or stopped_at > following)
        yield _planned(key, limit, anchor, stopped_at, superseded, case, pack, calendar)


def _planned(
    key: str,
    limit: Limit,
    anchor: Reached,
    stopped_at: datetime | None,
    superseded: bool,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Planned:
    derivation = _derive(key, limit, anchor, case, pack, calendar)
    running = stopped_at is None and not superseded
    steps = tuple(steps_of(key, limit, derivation, case, pack, calendar)) if running else ()
    return Planned(
        clock=Clock(
            key=key,
            limit=limit.name,
            rule=limit.rule,
            nature=limit.nature,
            anchor=anchor.milestone,
            anchor_at=anchor.at,
            due_at=derivation.due_at,
            due_on=derivation.due_on,
            stopped_at=None if superseded else stopped_at,
            superseded=superseded,
            breached=_breached(key, derivation.due_at, stopped_at, superseded, case),
            pausable=limit.pausable,
            extendable=limit.extendable,
            extendable_until=_extendable_until(limit, derivation, pack, calendar),
            steps=steps,
            proof=derivation.digest(),
        ),
        derivation=derivation,
    )


def _anchors(limit: Limit, case: Case) -> list[Reached]:
    """What starts the clock of a limit. Two milestones at one instant, such as a receipt that is a
    delivery too, start one clock.
    """
    found = [each for each in case.milestones if each.milestone in limit.starts]
    return [
        each
        for each, last in zip(found, [None, *found], strict=False)
        if not last or each.at > last.at
    ]


def _stopped_at(limit: Limit, case: Case, anchor: Reached) -> datetime | None:
    """When the clock stopped that this anchor started: at the last of the milestones it waits for,
    or at the first where any will do.
    """
    reopened = case.reached(Milestone.REOPENED) if limit.resumes else None
    instants: list[datetime] = []
    for milestone in limit.stops:
        if milestone is Milestone.SENDER_REPLIED and case.sender is None:
            continue  # Nobody handed the complaint over, so nobody is owed this answer.
        reached = [
            each.at
            for each in case.milestones
            if each.milestone is milestone
            and _follows(each, anchor, case)
            and (reopened is None or each.at >= reopened)
        ]
        if reached:
            instants.append(reached[0])
        elif not limit.stops_at_any:
            return None
    return (min if limit.stops_at_any else max)(instants, default=None)


def _follows(reached: Reached, anchor: Reached, case: Case) -> bool:
    """Whether a milestone came after the anchor; of those at one instant the later written did."""
    if reached.at != anchor.at:
        return reached.at > anchor.at
    return any(each is reached for each in case.milestones[case.milestones.index(anchor) + 1 :])


def _breached(
    key: str,
    due_at: datetime | None,
    stopped_at: datetime | None,
    superseded: bool,
    case: Case,
) -> bool:
    """Whether the clock ever ran out: its breach was carried out, or it stopped after its date.

    A breach that was planned for later than the stop does not count: a reply given in time may have
    been recorded only after the breach, as happens when an outage ends.
    """
    if any(
        stopped_at is None or superseded or each.planned_at < stopped_at
        for each in case.fired
        if each.clock == key and each.step == BREACH
    ):
        return True
    if due_at is None or superseded:
        return False
    if stopped_at is not None:
        return stopped_at > due_at
    return case.steps_from is not None and due_at <= case.steps_from


def _derive(
    key: str,
    limit: Limit,
    anchor: Reached,
    case: Case,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Derivation:
    pauses = _pauses_of(limit, case)
    days: tuple[DayCounted, ...] = ()
    commitment = _commitment_after(anchor, case)
    due_at: datetime | None
    match limit.within:
        case DateSetBy.SENDER:
            due_at = case.sender_due_at
        case DateSetBy.PROMISE:
            due_at = next((e.until_at for e in case.commitments if e.at == anchor.at), None)
        case DateSetBy.COMMITMENT:
            due_at = commitment.until_at if commitment else None
        case DateSetBy.TASK:
            task = case.task_of(key)
            due_at = task.until_at if task else None
        case DateSetBy.PLAN:
            due_at = next((e.until_at for e in case.plans if e.at == anchor.at), None)
        case Span():
            due_at, days = count(
                limit.within,
                anchor.at,
                pauses,
                calendar,
                receipt_day_counts=pack.day_of_receipt_counts,
            )
    moved_to, moved_by = _moved(key, limit, commitment, case)
    if moved_to is not None and due_at is not None:
        due_at = max(due_at, moved_to)
    return Derivation(
        clock=key,
        limit=limit.name,
        rule=limit.rule,
        policy=case.policy,
        calendar=f"{calendar.name}@{calendar.version}",
        anchor=anchor.milestone,
        anchor_at=anchor.at,
        within=str(limit.within),
        days=days,
        pauses=tuple(each for each in pauses if each.until_at is None or each.until_at > anchor.at),
        extended_to=moved_to,
        extended_by=moved_by,
        due_at=due_at,
        due_on=day_named(due_at, calendar) if due_at else None,
    )


def _commitment_after(anchor: Reached, case: Case) -> Commitment | None:
    """The last date promised to the customer while this clock was running."""
    return next((each for each in reversed(case.commitments) if each.at >= anchor.at), None)


def _moved(
    key: str, limit: Limit, commitment: Commitment | None, case: Case
) -> tuple[datetime | None, str | None]:
    """The later date that was approved or promised for this clock, and by whom."""
    extension = next((each for each in reversed(case.extensions) if each.clock == key), None)
    dates = [(extension.until_at, extension.approved_by)] if extension else []
    if commitment is not None and limit.moved_by_commitment:
        dates.append((commitment.until_at, commitment.by))
    return max(dates, default=(None, None), key=lambda each: each[0])


def _pauses_of(limit: Limit, case: Case) -> tuple[Pause, ...]:
    """The stretches that do not count: waits for the customer, and the time a case was settled
    before it was reopened where the limit resumes. In order, none overlapping another.
    """
    pauses = list(case.pauses) if limit.pausable else []
    if limit.resumes:
        pauses += _settled(limit, case)
    return tuple(sorted(pauses, key=lambda each: each.since_at))


def _settled(limit: Limit, case: Case) -> Iterator[Pause]:
    since: datetime | None = None
    for each in case.milestones:
        if each.milestone in limit.stops and since is None:
            since = each.at
        if each.milestone is Milestone.REOPENED and since is not None:
            yield Pause(since_at=since, until_at=each.at)
            since = None


def _extendable_until(
    limit: Limit, derivation: Derivation, pack: Pack, calendar: WorkingCalendar
) -> datetime | None:
    """How late an extension may reach, where the rule bounds it."""
    if limit.extendable_by is None or derivation.due_at is None:
        return None
    own: datetime | None = derivation.due_at
    if derivation.extended_to is not None and isinstance(limit.within, Span):
        own, _ = count(
            limit.within,
            derivation.anchor_at,
            derivation.pauses,
            calendar,
            receipt_day_counts=pack.day_of_receipt_counts,
        )
    return None if own is None else after(own, limit.extendable_by, calendar)
