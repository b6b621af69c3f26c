"""Who must have no part in a case."""

from dataclasses import replace

from domain.acts import DeclareConflict, LiftRestriction, NamePerson, UnnamePerson, secrecy
from domain.classification import Category, Mark, Role
from domain.errors import Refusal
from domain.policy import Restriction
from tests.builders import some_conduct
from tests.domain.acts.doing import (
    ASKED_FOR_MORE_TIME,
    ASSIGNED,
    DORA,
    HAN,
    RECEIVED,
    SUN,
    line,
)
from tests.domain.acts.sentences import Sentences

ABOUT_HUGO = replace(ASSIGNED, person_complained_about="hugo")
HANDED = replace(ASSIGNED, handler=None, restricted_to=(Role.DISCIPLINE,))
CLOSING = some_conduct(
    restrictions=(
        Restriction(when={"mark": ("crime",)}, roles=(Role.DISCIPLINE,), rule="A-43"),
        Restriction(when={"category": ("financial_crime",)}, roles=(Role.DISCIPLINE,), rule="A-43"),
    )
)
ABOUT_BOTH = replace(ABOUT_HUGO, also_complained_about=("mei",))


class TestSecrecy(Sentences):
    about = secrecy
    done = (
        line(
            "somebody is named when it comes to light",
            NamePerson(person="hugo"),
            lambda case: case.person_complained_about == "hugo" and case.handler == "han",
            by=SUN,
        ),
        line(
            "a second person is named beside the first",
            NamePerson(person="mei"),
            lambda case: case.also_complained_about == ("mei",),
            case=ABOUT_HUGO,
            by=SUN,
        ),
        line(
            "the handler who is named has the case no longer",
            NamePerson(person="han"),
            lambda case: case.handler is None,
            by=SUN,
        ),
        line(
            "the wish of whoever is named waits no longer",
            NamePerson(person="han"),
            lambda case: case.extension_request is None,
            case=ASKED_FOR_MORE_TIME,
            by=SUN,
        ),
        line(
            "a name is taken back",
            UnnamePerson(person="hugo"),
            lambda case: case.person_complained_about is None,
            case=ABOUT_HUGO,
            by=SUN,
        ),
        line(
            "the other stays named when the first is taken back",
            UnnamePerson(person="hugo"),
            lambda case: (case.person_complained_about, case.also_complained_about) == ("mei", ()),
            case=ABOUT_BOTH,
            by=SUN,
        ),
        line(
            "a handler says of himself that he is too near",
            DeclareConflict(person="han"),
            lambda case: case.in_conflict == ("han",) and case.handler is None,
        ),
        line(
            "a supervisor says so of somebody else",
            DeclareConflict(person="hugo"),
            lambda case: case.in_conflict == ("hugo",),
            by=SUN,
        ),
        line(
            "the office takes off the mark that closed the case, and it is open again",
            LiftRestriction(),
            lambda case: (case.restricted_to, case.marks) == ((), (Mark.REPEAT,)),
            case=replace(HANDED, marks=(Mark.REPEAT, Mark.CRIME)),
            by=DORA,
            conduct=CLOSING,
        ),
        line(
            "a category that closed the case gives way to another",
            LiftRestriction(category=Category.SERVICE_ATTITUDE),
            lambda case: (case.restricted_to, case.category) == ((), Category.SERVICE_ATTITUDE),
            case=replace(HANDED, category=Category.FINANCIAL_CRIME),
            by=DORA,
            conduct=CLOSING,
        ),
    )
    refused = (
        line(
            "what is open is not opened again", LiftRestriction(), Refusal.NOT_RESTRICTED, by=DORA
        ),
        line(
            "a category that closes the case must give way to another",
            LiftRestriction(),
            Refusal.STILL_RESTRICTED,
            case=replace(HANDED, category=Category.FINANCIAL_CRIME),
            by=DORA,
            conduct=CLOSING,
        ),
        line(
            "nobody is named twice",
            NamePerson(person="hugo"),
            Refusal.NAMED_ALREADY,
            case=ABOUT_HUGO,
            by=SUN,
        ),
        line(
            "who was not named is not taken back",
            UnnamePerson(person="hugo"),
            Refusal.NOT_NAMED,
            by=SUN,
        ),
        line(
            "who is named needs no conflict",
            DeclareConflict(person="hugo"),
            Refusal.NAMED_ALREADY,
            case=ABOUT_HUGO,
            by=SUN,
        ),
        line(
            "a handler declares nobody's conflict but his own",
            DeclareConflict(person="hugo"),
            Refusal.ONLY_ONES_OWN_CONFLICT,
            case=RECEIVED,
            by=HAN,
        ),
    )
