"""Waiting for the customer, and asking for a later date."""

from dataclasses import replace
from datetime import timedelta

from domain.acts import (
    ApproveExtension,
    AskCustomer,
    Commit,
    ExplainOverrun,
    Extend,
    MakePlan,
    RefuseExtension,
    RequestExtension,
    TakeAnswer,
    waiting,
)
from domain.case import Extension, Fired, Milestone
from domain.classification import Channel, Role
from domain.errors import Refusal
from tests.builders import MONDAY
from tests.domain.acts.doing import (
    ASKED_FOR_MORE_TIME,
    ASSIGNED,
    HAN,
    HONG,
    INES,
    LATER,
    NEXT_WEEK,
    RECEIVED,
    STARTED,
    SUN,
    WAITING,
    left_alone,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences

LATER_DATE = Extend(clock="reply", until_at=NEXT_WEEK, approved_by="sun")
MORE_TIME = RequestExtension(clock="reply", until_at=NEXT_WEEK)


class TestWaiting(Sentences):
    about = waiting
    done = (
        line(
            "a question to the customer opens a wait",
            AskCustomer(),
            lambda case: case.is_waiting,
            case=STARTED,
        ),
        line(
            "the answer ends it",
            TakeAnswer(),
            lambda case: case.pauses[-1].until_at == LATER,
            case=WAITING,
            by=INES,
        ),
        line(
            "a later date is set by two",
            LATER_DATE,
            lambda case: (
                [(each.requested_by, each.approved_by) for each in case.extensions]
                == [("han", "sun")]
            ),
        ),
        line(
            "a later date is asked for",
            MORE_TIME,
            lambda case: case.extension_request is not None and not case.extensions,
        ),
        line(
            "it is granted by somebody else",
            ApproveExtension(),
            lambda case: case.extensions[-1].approved_by == "sun",
            case=ASKED_FOR_MORE_TIME,
            by=SUN,
        ),
        line(
            "it is refused, and may be asked for again",
            RefuseExtension(),
            lambda case: case.extension_request is None and not case.extensions,
            case=ASKED_FOR_MORE_TIME,
            by=SUN,
        ),
        line(
            "a date is promised",
            Commit(until_at=NEXT_WEEK),
            lambda case: case.commitments[-1].until_at == NEXT_WEEK,
        ),
        line(
            "human resources promise one for anybody",
            Commit(until_at=NEXT_WEEK),
            reaches(Milestone.COMMITTED),
            by=HONG,
        ),
        line(
            "the work is planned: who does it, by when",
            MakePlan(person="hugo", until_at=NEXT_WEEK),
            lambda case: (case.plans[-1].person, case.plans[-1].until_at) == ("hugo", NEXT_WEEK),
        ),
        line(
            "that a limit will not be kept is explained before a later date is granted",
            ExplainOverrun(overrun="reply"),
            reaches(Milestone.OVERRUN_EXPLAINED),
            case=ASKED_FOR_MORE_TIME,
        ),
        line(
            "an overrun is explained",
            ExplainOverrun(overrun="reply"),
            reaches(Milestone.OVERRUN_EXPLAINED),
            case=replace(
                ASSIGNED, fired=(Fired(clock="reply", step="breach", planned_at=MONDAY, at=MONDAY),)
            ),
        ),
    )
    refused = (
        *left_alone(
            (AskCustomer(), STARTED),
            (MORE_TIME, ASSIGNED),
            (Commit(until_at=NEXT_WEEK), ASSIGNED),
            (ExplainOverrun(overrun="reply"), ASSIGNED),
            (MakePlan(person="hugo", until_at=NEXT_WEEK), ASSIGNED),
        ),
        line(
            "the customer is asked one thing at a time",
            AskCustomer(),
            Refusal.ALREADY_WAITING,
            case=WAITING,
        ),
        line(
            "nobody answers who was not asked",
            TakeAnswer(),
            Refusal.NOT_WAITING,
            case=STARTED,
            by=INES,
        ),
        line(
            "a clock that does not run gets no later date",
            RequestExtension(clock="start", until_at=NEXT_WEEK),
            Refusal.NO_SUCH_CLOCK,
        ),
        line(
            "a limit that cannot be moved is not",
            RequestExtension(clock="forward", until_at=NEXT_WEEK),
            Refusal.NOT_EXTENDABLE,
            case=replace(RECEIVED, handler="han", channel=Channel.INTERNET),
        ),
        line(
            "a later date stays within its bound",
            RequestExtension(clock="cn-2020-3:reply", until_at=MONDAY + timedelta(days=60)),
            Refusal.EXTENSION_TOO_FAR,
        ),
        line("a later date is later", replace(MORE_TIME, until_at=LATER), Refusal.DATE_NOT_LATER),
        line(
            "a later date lies ahead",
            MORE_TIME,
            Refusal.DATE_NOT_LATER,
            at=NEXT_WEEK + timedelta(seconds=1),
        ),
        line(
            "one wish for more time at a time",
            MORE_TIME,
            Refusal.EXTENSION_PENDING,
            case=ASKED_FOR_MORE_TIME,
        ),
        line(
            "nobody sets a later date alone",
            replace(LATER_DATE, approved_by=None),
            Refusal.TAKES_TWO,
        ),
        line(
            "nor agrees to it as well",
            replace(LATER_DATE, approved_by="han"),
            Refusal.TAKES_TWO,
        ),
        line(
            "a limit that cannot be moved is not by two either",
            replace(LATER_DATE, clock="forward"),
            Refusal.NOT_EXTENDABLE,
            case=replace(RECEIVED, handler="han", channel=Channel.INTERNET),
        ),
        line(
            "nor is one while another way of asking waits",
            LATER_DATE,
            Refusal.EXTENSION_PENDING,
            case=ASKED_FOR_MORE_TIME,
        ),
        line(
            "no more later dates than the pack has",
            replace(MORE_TIME, until_at=NEXT_WEEK + timedelta(days=1)),
            Refusal.EXTENSIONS_USED_UP,
            case=replace(
                ASSIGNED,
                extensions=(
                    Extension(
                        clock="reply",
                        until_at=NEXT_WEEK,
                        requested_by="han",
                        approved_by="sun",
                        approved_at=MONDAY,
                    ),
                ),
            ),
        ),
        line(
            "nothing is granted that nobody asked for",
            ApproveExtension(),
            Refusal.NO_EXTENSION_PENDING,
            by=SUN,
        ),
        line(
            "nothing is refused that nobody asked for",
            RefuseExtension(),
            Refusal.NO_EXTENSION_PENDING,
            by=SUN,
        ),
        line(
            "nobody grants their own wish",
            ApproveExtension(),
            Refusal.OWN_REQUEST,
            case=ASKED_FOR_MORE_TIME,
            by=replace(HAN, roles=(Role.SUPERVISOR,)),
        ),
        line(
            "nobody refuses it either",
            RefuseExtension(),
            Refusal.OWN_REQUEST,
            case=ASKED_FOR_MORE_TIME,
            by=replace(HAN, roles=(Role.SUPERVISOR,)),
        ),
        line(
            "nothing is planned for a date that has passed",
            MakePlan(person="hugo", until_at=LATER),
            Refusal.DATE_HAS_PASSED,
        ),
        line(
            "nobody the case keeps out is planned to do it",
            MakePlan(person="hugo", until_at=NEXT_WEEK),
            Refusal.PERSON_COMPLAINED_ABOUT,
            case=replace(ASSIGNED, in_conflict=("hugo",)),
        ),
        line(
            "no date is promised that has passed", Commit(until_at=LATER), Refusal.DATE_HAS_PASSED
        ),
        line(
            "what ran in time needs no explanation",
            ExplainOverrun(overrun="forward"),
            Refusal.NOTHING_OVERRUN,
        ),
    )
