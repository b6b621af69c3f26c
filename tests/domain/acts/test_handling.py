"""Taking a complaint in hand: sorting, passing on, giving to somebody, starting, noting."""

from dataclasses import replace

from domain.acts import (
    Assign,
    Attach,
    Classify,
    DeclareBeyondAuthority,
    FinishTask,
    Flag,
    Forward,
    NameUnits,
    Note,
    Start,
    Urge,
    handling,
)
from domain.case import CaseTask, Milestone, Status
from domain.classification import Category, Level, Mark, Role, Severity
from domain.errors import Refusal
from domain.events import Event
from domain.policy import CaseRules, OfficeTask, Span, TaskRules, TimeUnit
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import (
    ASSIGNED,
    CLOSED,
    DORA,
    HONG,
    HUGO,
    INES,
    LATER,
    LENIENT,
    MAX,
    RECEIVED,
    STARTED,
    SUN,
    UNA,
    is_now,
    left_alone,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences
from tests.tables import told

CHARGED = replace(
    RECEIVED,
    tasks=(
        CaseTask(
            name="media-office", role=Role.MEDIA_OFFICE, level=None, rule="A-48", opened_at=MONDAY
        ),
    ),
)
PRESS = OfficeTask(
    name="media-office",
    role=Role.MEDIA_OFFICE,
    level=None,
    when={"event": ("media_reported",)},
    title={},
    rule="A-48",
    asks=("opinion",),
)
IN_A_DAY = TaskRules(within=Span(amount=1, unit=TimeUnit.WORKING_DAY), rule="default")
ASKING = some_conduct(duties=(PRESS,), tasks=IN_A_DAY)
ENDED_BY_A_WORD_TO_THE_PRESS = some_conduct(
    duties=(replace(PRESS, asks=(), until=(Event.MEDIA_COMMENTED,)),), tasks=IN_A_DAY
)
RESTRICTED = replace(RECEIVED, restricted_to=(Role.DISCIPLINE,))
TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
TO_STATION = Forward(unit="station-outlet", level=Level.OUTLET)


class TestHandling(Sentences):
    about = handling
    done = (
        line(
            "a complaint over the amount is major",
            Classify(category=Category.WORK_ERROR, amount_fen=50_001_00),
            lambda case: case.severity is Severity.MAJOR,
            case=RECEIVED,
            by=INES,
        ),
        line(
            "a complaint of exactly the amount is not",
            Classify(category=Category.WORK_ERROR, amount_fen=50_000_00),
            lambda case: case.severity is Severity.ORDINARY,
            case=RECEIVED,
            by=INES,
        ),
        line(
            "a circumstance that makes it major does so whatever the amount",
            Flag(mark=Mark.HOT_TOPIC),
            lambda case: case.severity is Severity.MAJOR,
            case=RECEIVED,
        ),
        line(
            "a circumstance is marked once",
            Flag(mark=Mark.REPEAT),
            lambda case: case.marks == (Mark.REPEAT,),
            case=replace(RECEIVED, marks=(Mark.REPEAT,)),
        ),
        line(
            "passed on, it is another unit's and nobody's yet",
            TO_STATION,
            lambda case: (
                (case.unit, case.handler, case.status) == ("station-outlet", None, Status.RECEIVED)
            ),
            by=INES,
        ),
        line(
            "passed on, the slip is sent and delivered",
            TO_STATION,
            reaches(Milestone.FORWARDED, Milestone.DELIVERED),
            by=INES,
        ),
        line(
            "given to somebody, it is theirs",
            TO_HAN,
            lambda case: (case.handler, case.status) == ("han", Status.ASSIGNED),
            case=RECEIVED,
            by=SUN,
        ),
        line(
            "given to a colleague under way, it stays under way",
            replace(TO_HAN, handler="hugo"),
            is_now(Status.IN_PROGRESS),
            case=STARTED,
            by=SUN,
        ),
        line(
            "given to another unit, it is begun anew there",
            replace(TO_HAN, handler="stan", handler_unit="station-outlet"),
            is_now(Status.ASSIGNED),
            case=STARTED,
            by=SUN,
        ),
        line(
            "given to another unit, it is passed on",
            replace(TO_HAN, handler="stan", handler_unit="station-outlet"),
            reaches(Milestone.FORWARDED, Milestone.DELIVERED),
            case=STARTED,
            by=SUN,
        ),
        line(
            "a handler may hand over what is theirs",
            replace(TO_HAN, handler="hugo"),
            lambda case: case.handler == "hugo",
        ),
        line("work begins", Start(), is_now(Status.IN_PROGRESS)),
        line(
            "a supervisor may begin in the handler's place",
            Start(),
            reaches(Milestone.STARTED),
            by=SUN,
        ),
        line("a note changes nothing", Note(), is_now(Status.CLOSED), case=CLOSED),
        line(
            "a file changes nothing",
            Attach(digest="0" * 64, size=1),
            is_now(Status.CLOSED),
            case=CLOSED,
        ),
        line("the first owner urges", Urge(), reaches(Milestone.URGED), by=INES),
        line(
            "what is beyond the unit is marked so",
            DeclareBeyondAuthority(),
            lambda case: Mark.BEYOND_AUTHORITY in case.marks,
        ),
        line(
            "assisting units are named one by one",
            NameUnits(host_unit="east-branch", assisting_unit="station-outlet"),
            lambda case: case.assisting_units == ("bay-branch", "station-outlet"),
            case=replace(RECEIVED, assisting_units=("bay-branch",)),
            by=HONG,
        ),
        line(
            "the office says its task is done",
            FinishTask(task="media-office"),
            lambda case: case.tasks[0].done_by == "max",
            case=CHARGED,
            by=MAX,
        ),
        line(
            "a supervisor may say so too",
            FinishTask(task="media-office"),
            lambda case: case.tasks[0].done_at == LATER,
            case=CHARGED,
            by=SUN,
        ),
        line(
            "who is charged says what the rules want to hear, whatever their role",
            FinishTask(task="media-office"),
            lambda case: case.tasks[0].done_by == "una",
            case=CHARGED,
            by=UNA,
            conduct=ASKING,
            words=("opinion",),
        ),
        line(
            "whoever stands in for an office that nobody holds says so by a word",
            FinishTask(task="media-office"),
            lambda case: case.tasks[0].done_by == "sun",
            case=CHARGED,
            by=SUN,
            conduct=ENDED_BY_A_WORD_TO_THE_PRESS,
        ),
        line(
            "who holds a restricted case does there what handlers do elsewhere",
            replace(TO_HAN, handler="dora"),
            lambda case: case.handler == "dora",
            case=RESTRICTED,
            by=DORA,
        ),
    )
    refused = (
        line(
            "nobody gives a case to the person complained about",
            replace(TO_HAN, handler="mei"),
            Refusal.PERSON_COMPLAINED_ABOUT,
            case=replace(RECEIVED, person_complained_about="mei"),
            by=SUN,
        ),
        line("nobody is given what is theirs already", TO_HAN, Refusal.SAME_HANDLER, by=SUN),
        line(
            "a handler hands over nothing of another's",
            replace(TO_HAN, handler="hugo"),
            Refusal.NOT_THE_HANDLER,
            by=HUGO,
        ),
        line("a handler takes no case by himself", TO_HAN, Refusal.NOT_THE_HANDLER, case=RECEIVED),
        *left_alone(
            (Start(), ASSIGNED),
        ),
        line("a handler urges nobody", Urge(), Refusal.NOT_THE_HANDLER),
        line(
            "who took calls urges only what they took down",
            Urge(),
            Refusal.NOT_THE_HANDLER,
            by=replace(INES, person="ivan"),
        ),
        line(
            "a task that nobody was given is not done",
            FinishTask(task="media-office"),
            Refusal.TASK_NOT_OPEN,
            case=RECEIVED,
            by=SUN,
        ),
        line(
            "a hotline passes on no further than its pack lets it",
            TO_STATION,
            Refusal.HOTLINE_PASSES_ON_TO,
            case=RECEIVED,
            by=INES,
            conduct=some_conduct(intake_forwards_to=(Level.TIER_1,)),
        ),
        line(
            "nor does it give a case to somebody there",
            TO_HAN,
            Refusal.HOTLINE_PASSES_ON_TO,
            case=RECEIVED,
            by=INES,
            conduct=some_conduct(intake_forwards_to=(Level.TIER_1,)),
        ),
        line(
            "a task wants all the texts its rule asks for",
            FinishTask(task="media-office"),
            Refusal.WORDS_MISSING,
            case=CHARGED,
            by=MAX,
            conduct=ASKING,
        ),
        line(
            "a task that an act ends is not ticked off",
            FinishTask(task="media-office"),
            Refusal.TASK_ENDS_OTHERWISE,
            case=CHARGED,
            by=MAX,
            conduct=ENDED_BY_A_WORD_TO_THE_PRESS,
        ),
        line(
            "a task is done once",
            FinishTask(task="media-office"),
            Refusal.TASK_NOT_OPEN,
            case=replace(CHARGED, tasks=(replace(CHARGED.tasks[0], done_at=MONDAY),)),
            by=MAX,
        ),
        line(
            "a task is done by its office",
            FinishTask(task="media-office"),
            Refusal.NOT_YOUR_ROLE,
            case=CHARGED,
        ),
    )


MAJOR, ORDINARY = Severity.MAJOR, Severity.ORDINARY
BY_AMOUNT = some_conduct(major_over_fen=50_000_00, major_marks=(Mark.HOT_TOPIC, Mark.REPUTATION))
BY_MARKS = some_conduct(major_marks=(Mark.HOT_TOPIC,))

SEVERITIES: dict[str, tuple[CaseRules, int, tuple[Mark, ...], Severity]] = {
    "exactly the amount is not over it": (BY_AMOUNT, 50_000_00, (), ORDINARY),
    "a fen more is": (BY_AMOUNT, 50_000_01, (), MAJOR),
    "one circumstance is enough, whatever the amount": (BY_AMOUNT, 0, (Mark.HOT_TOPIC,), MAJOR),
    "among others too": (BY_AMOUNT, 0, (Mark.REPEAT, Mark.REPUTATION), MAJOR),
    "others make nothing major": (BY_AMOUNT, 0, (Mark.REPEAT, Mark.CLAIM), ORDINARY),
    "where amounts make none, none does": (BY_MARKS, 999_999_99, (), ORDINARY),
    "a pack may know no major complaints": (LENIENT, 999_999_99, tuple(Mark), ORDINARY),
}


@told("rules, amount_fen, marks, severity", SEVERITIES)
def test_a_complaint_is_major_when_a_trigger_of_the_pack_is_met(
    rules: CaseRules, amount_fen: int, marks: tuple[Mark, ...], severity: Severity
) -> None:
    assert handling.severity_of(amount_fen, marks, rules) is severity
