"""What can hold a case up that is no person's doing, as an administrator sees it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FailureCause(StrEnum):
    """Why a case does not go on by itself. Each has words in both languages."""

    WORKFLOW_STUCK = "workflow_stuck"
    """The workflow's code fails on its history: nothing is lost, nothing moves."""
    RUN_OF_SOMEBODY_ELSE = "run_of_somebody_else"
    """A run that nobody of ours started stands where the case's own would."""
    STEP_FAILING = "step_failing"
    """A step has been tried again and again."""
    RUN_GONE = "run_gone"
    """The case is open and nothing runs for it: ended from outside, or never started."""
    HELD_UP = "held_up"
    """Something is overdue though nothing fails: is a worker running?"""
    COMMAND_UNDELIVERED = "command_undelivered"
    """What a person asked for has waited for the engine too long."""
    ERRAND_FAILING = "message_failing"
    """The relay has tried to tell the engine something, in vain."""
    NOTICE_DEAD = "notice_dead"
    """Word to somebody could not be delivered and is not tried any more."""
    PAUSED = "paused"
    """Somebody has paused the case with the engine's own tools: what people ask stays stored."""
    INTRUSION = "intrusion"
    """Somebody who is not Redress told the engine something about the case. It was refused."""


ONE_BEHIND_THE_OTHER: tuple[frozenset[FailureCause], ...] = (
    frozenset(
        {
            FailureCause.WORKFLOW_STUCK,
            FailureCause.RUN_OF_SOMEBODY_ELSE,
            FailureCause.STEP_FAILING,
            FailureCause.RUN_GONE,
            FailureCause.PAUSED,
        }
    ),
    frozenset({FailureCause.HELD_UP}),
    frozenset({FailureCause.ERRAND_FAILING}),
    frozenset({FailureCause.COMMAND_UNDELIVERED}),
)
"""Why a case does not go on, and what comes of that: what stands first explains the rest, which is
no incident of its own. Word that was given up and tries from outside are, but for what started the
run of somebody else."""


class Intrusion(StrEnum):
    """A try to go round the pages. It was refused, or mended at once."""

    NO_COMMAND = "no_command"
    """A journal entry of a person's act that no stored command asks for."""
    NOT_ENCRYPTED = "not_encrypted"
    """A word to a workflow in the clear: whoever sent it has none of our keys."""
    RUN_ENDED = "run_ended"
    """The run of an unfinished case was ended, and not by Redress. It was taken up again."""
    NOT_FROM_HERE = "not_from_here"
    """An encrypted word that was altered, or copied from another workflow or another place."""


SPOKE_TO_A_WORKFLOW = frozenset({Intrusion.NOT_ENCRYPTED, Intrusion.NOT_FROM_HERE})
"""By what somebody else's run is noticed while a worker tries to take it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that is wrong with one case."""

    cause: FailureCause
    reference: str
    since: datetime
    attempts: int = 0
    error: str = ""
    """Type and first line at most: the rest may quote what is personal."""
    befell: str = ""
    """What it befell, by its kind: an act, a message, a notice. The same thing wrong befalls any of
    them."""
    place: str = ""
    """Where it happens: the step of the case, and the line of the program."""
    mark: str = ""
    """By what that line is known again in another step and in another program, where it may have
    another number; empty where no line is known."""
    program: str = ""
    """Which build of the program was running, as the engine knows it."""
    last_at: datetime | None = None
    """When it was tried last, where that is known."""

    @property
    def kind(self) -> str:
        """The class of the error, without what it says of this case alone."""
        return self.error.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that is wrong, with every case that it holds up: what is mended once is mended for
    them all."""

    cause: FailureCause
    kind: str
    mark: str
    """Where it happens, as it is known again."""
    failures: tuple[Failure, ...]
    """One a case, since the longest first."""

    @property
    def place(self) -> str:
        """Where it happens, as it was seen last."""
        return max(self.failures, key=_seen_at).place

    @property
    def programs(self) -> tuple[str, ...]:
        """The builds that it was seen in, the last one first."""
        latest_first = sorted(self.failures, key=_seen_at, reverse=True)
        return tuple(dict.fromkeys(each.program for each in latest_first if each.program))

    @property
    def first_at(self) -> datetime:
        """When it was seen first."""
        return self.failures[0].since

    @property
    def last_at(self) -> datetime:
        """When it was seen last."""
        return max(map(_seen_at, self.failures))

    @property
    def key(self) -> str:
        """Names it in addresses and records; the same cause, class and place are one."""
        parts = "\n".join((self.cause, self.kind, self.mark))
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


def unexplained(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Those that another one of the same case does not explain."""
    every = tuple(failures)
    rank = {cause: rank for rank, causes in enumerate(ONE_BEHIND_THE_OTHER) for cause in causes}
    first: dict[str, int] = {}
    for each in every:
        if each.cause in rank:
            before = first.get(each.reference, len(ONE_BEHIND_THE_OTHER))
            first[each.reference] = min(before, rank[each.cause])
    occupied = {e.reference for e in every if e.cause is FailureCause.RUN_OF_SOMEBODY_ELSE}
    return tuple(
        each
        for each in every
        if (each.cause not in rank or rank[each.cause] == first[each.reference])
        and not (_speaks_to_a_workflow(each) and each.reference in occupied)
    )


def _speaks_to_a_workflow(failure: Failure) -> bool:
    return failure.cause is FailureCause.INTRUSION and failure.error in SPOKE_TO_A_WORKFLOW


def incidents_of(failures: Iterable[Failure]) -> tuple[Incident, ...]:
    """Failures by what is wrong, that which holds up most cases first."""
    grouped: dict[tuple[FailureCause, str, str], list[Failure]] = {}
    for each in unexplained(failures):
        grouped.setdefault((each.cause, each.kind, each.mark or each.place), []).append(each)
    incidents = (
        Incident(
            cause=cause,
            kind=kind,
            mark=mark,
            failures=tuple(sorted(found, key=lambda each: (each.since, each.reference))),
        )
        for (cause, kind, mark), found in grouped.items()
    )
    return tuple(
        sorted(incidents, key=lambda incident: (-len(incident.failures), incident.first_at))
    )


def _seen_at(failure: Failure) -> datetime:
    return failure.last_at or failure.since
