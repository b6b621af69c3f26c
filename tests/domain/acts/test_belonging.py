"""Cases that may belong together: named once, linked or put aside."""

from dataclasses import replace

from domain.acts import AcceptBelonging, DismissBelonging, SpotBelonging, belonging
from domain.afterwards import Spotted
from domain.case import Actor
from domain.classification import Level, Mark
from domain.errors import Refusal
from domain.journal import REDRESS
from tests.builders import MONDAY
from tests.domain.acts.doing import CLOSED, DISPOSED, LATER, SUN, line
from tests.domain.acts.sentences import Sentences

ITSELF = Actor(person=REDRESS, roles=(), unit="harbour-outlet", level=Level.OUTLET)
TWO = ("C-2026-000002", "C-2026-000003")
NAMED = replace(DISPOSED, spotted=(Spotted(cases=TWO, at=MONDAY),))
DECIDED = replace(DISPOSED, spotted=(Spotted(cases=TWO, at=MONDAY, decided_at=MONDAY),))


class TestBelonging(Sentences):
    about = belonging
    done = (
        line(
            "others of the same cause are named, known ones and itself not",
            SpotBelonging(cases=(*TWO, DISPOSED.reference)),
            lambda case: case.spotted == (Spotted(cases=TWO, at=LATER),),
            case=DISPOSED,
            by=ITSELF,
        ),
        line(
            "one more joins the proposal that waits",
            SpotBelonging(cases=("C-2026-000004",)),
            lambda case: case.spotted[-1].cases == (*TWO, "C-2026-000004"),
            case=NAMED,
            by=ITSELF,
        ),
        line(
            "accepted they are linked, and a group",
            AcceptBelonging(),
            lambda case: case.linked == TWO and Mark.GROUP in case.marks,
            case=NAMED,
            by=SUN,
        ),
        line(
            "of a closed case no group is made any more",
            AcceptBelonging(),
            lambda case: case.linked == TWO and Mark.GROUP not in case.marks,
            case=replace(CLOSED, spotted=NAMED.spotted),
            by=SUN,
        ),
        line(
            "put aside they are not",
            DismissBelonging(),
            lambda case: case.linked == () and case.spotted[-1].decided_at == LATER,
            case=NAMED,
            by=SUN,
        ),
    )
    refused = (
        line(
            "each is named once",
            SpotBelonging(cases=TWO),
            Refusal.NOTHING_SPOTTED,
            case=DECIDED,
            by=ITSELF,
        ),
        line("decided twice", DismissBelonging(), Refusal.NOTHING_SPOTTED, case=DECIDED, by=SUN),
        line(
            "nobody of the bank names them so",
            SpotBelonging(cases=TWO),
            Refusal.NOT_YOUR_ROLE,
            case=DISPOSED,
            by=SUN,
        ),
    )
