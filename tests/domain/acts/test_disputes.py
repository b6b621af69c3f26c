"""Who is right: units among themselves, a customer against the outcome."""

from dataclasses import replace

from domain.acts import (
    Appeal,
    DecideAppeal,
    DecideDispute,
    Link,
    MarkDuplicate,
    RaiseDispute,
    disputes,
)
from domain.case import Milestone, Status
from domain.classification import Level, Mark
from domain.errors import Refusal
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import (
    ASSIGNED,
    CLOSED,
    INES,
    LATER,
    RECEIVED,
    STAN,
    SUN,
    UNA,
    VALID,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences

DISPUTED = replace(RECEIVED, disputed_with="station-outlet").reach(Milestone.DISPUTED, at=MONDAY)
APPEALED = CLOSED.reach(Milestone.APPEALED, at=MONDAY)


class TestDisputes(Sentences):
    about = disputes
    done = (
        line(
            "a unit says the case is another's",
            RaiseDispute(unit="station-outlet"),
            lambda case: case.disputed_with == "station-outlet",
        ),
        line(
            "the superior gives it to the other unit",
            DecideDispute(unit="station-outlet", level=Level.OUTLET),
            lambda case: (
                (case.unit, case.assisting_units, case.handler)
                == ("station-outlet", ("harbour-outlet",), None)
            ),
            case=DISPUTED,
            by=SUN,
        ),
        line(
            "the superior leaves it where it is",
            DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
            lambda case: (
                (case.unit, case.assisting_units) == ("harbour-outlet", ("station-outlet",))
            ),
            case=DISPUTED,
            by=SUN,
        ),
        line(
            "a second person with the issue makes no group",
            Link(reference="C-2"),
            lambda case: Mark.GROUP not in case.marks,
            case=RECEIVED,
            by=INES,
        ),
        line(
            "a third makes one",
            Link(reference="C-3"),
            lambda case: Mark.GROUP in case.marks,
            case=replace(RECEIVED, linked=("C-2",)),
            by=INES,
        ),
        line(
            "the same letter again is marked as that, and makes no group",
            MarkDuplicate(reference="C-3"),
            lambda case: (
                (case.duplicate_of, case.linked, case.marks) == ("C-3", ("C-2",), RECEIVED.marks)
            ),
            case=replace(RECEIVED, linked=("C-2",)),
            by=INES,
        ),
        line("the customer appeals", Appeal(), reaches(Milestone.APPEALED), case=CLOSED, by=INES),
        line(
            "an appeal upheld takes the case up again",
            DecideAppeal(upheld=True),
            lambda case: (case.status, case.disposition) == (Status.ASSIGNED, None),
            case=APPEALED,
            by=UNA,
        ),
        line(
            "an appeal turned down lets the outcome stand",
            DecideAppeal(upheld=False),
            lambda case: (case.status, case.disposition) == (Status.CLOSED, VALID),
            case=APPEALED,
            by=UNA,
        ),
    )
    refused = (
        line(
            "units dispute one case once",
            RaiseDispute(unit="bay-branch"),
            Refusal.DISPUTE_PENDING,
            case=DISPUTED,
            by=SUN,
        ),
        line(
            "no unit disputes with itself", RaiseDispute(unit="harbour-outlet"), Refusal.NO_DISPUTE
        ),
        line(
            "what was decided binds",
            RaiseDispute(unit="station-outlet"),
            Refusal.DISPUTE_DECIDED,
            case=replace(
                ASSIGNED, host_unit="harbour-outlet", assisting_units=("station-outlet",)
            ).reach(Milestone.DISPUTE_DECIDED, at=MONDAY),
        ),
        line(
            "without a dispute nothing is decided",
            DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
            Refusal.NO_DISPUTE,
            by=SUN,
        ),
        line(
            "no party decides",
            DecideDispute(unit="harbour-outlet", level=Level.OUTLET),
            Refusal.PARTY_TO_DISPUTE,
            case=DISPUTED,
            by=STAN,
        ),
        line(
            "the decision names one of the parties",
            DecideDispute(unit="bay-branch", level=Level.TIER_2),
            Refusal.NO_DISPUTE,
            case=DISPUTED,
            by=SUN,
        ),
        line(
            "a case is linked once",
            Link(reference="C-2"),
            Refusal.ALREADY_LINKED,
            case=replace(RECEIVED, linked=("C-2",)),
            by=INES,
        ),
        line(
            "a case is not linked to itself",
            Link(reference=RECEIVED.reference),
            Refusal.ALREADY_LINKED,
            case=RECEIVED,
            by=INES,
        ),
        line(
            "no letter is the same as itself",
            MarkDuplicate(reference=RECEIVED.reference),
            Refusal.DUPLICATE_ALREADY,
            case=RECEIVED,
            by=INES,
        ),
        line("one appeal at a time", Appeal(), Refusal.APPEAL_PENDING, case=APPEALED, by=INES),
        line(
            "no appeal is decided that nobody made",
            DecideAppeal(upheld=True),
            Refusal.NO_APPEAL,
            case=CLOSED,
            by=UNA,
        ),
        line(
            "whoever handled it decides no appeal, where the pack wants others to",
            DecideAppeal(upheld=True),
            Refusal.PARTY_TO_DECISION,
            case=replace(APPEALED, handler="una"),
            by=UNA,
            conduct=some_conduct(appeals_decided_by_others=True),
        ),
        line(
            "nor does anybody of its unit",
            DecideAppeal(upheld=True),
            Refusal.PARTY_TO_DECISION,
            case=APPEALED,
            by=replace(UNA, unit="harbour-outlet", level=Level.OUTLET),
            conduct=some_conduct(appeals_decided_by_others=True),
        ),
        line(
            "no appeal is decided twice",
            DecideAppeal(upheld=True),
            Refusal.NO_APPEAL,
            case=APPEALED.reach(Milestone.APPEAL_DECIDED, at=LATER),
            by=UNA,
        ),
    )
