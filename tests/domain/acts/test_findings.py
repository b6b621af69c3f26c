"""Who is responsible: what may be said of whom, when, and by whom it is decided."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from domain.acts import (
    AppealFinding,
    DecideFinding,
    DecideFindingAppeal,
    ProposeFinding,
    ReplyToFinding,
    ReverseFinding,
    findings,
)
from domain.case import Case
from domain.classification import Responsibility, Role, Validity
from domain.errors import Refusal
from domain.findings import Finding, FindingOutcome, FindingStage, Involvement
from domain.policy import FindingRules, Span, TimeUnit
from tests.builders import MONDAY, some_conduct
from tests.domain.acts.doing import (
    ASSIGNED,
    CLOSED,
    DISPOSED,
    HAN,
    HONG,
    HUGO,
    LATER,
    LENIENT,
    MEI,
    NEXT_WEEK,
    SUN,
    UNA,
    VALID,
    line,
)
from tests.domain.acts.sentences import Sentences

RULES = some_conduct(
    findings=FindingRules(
        reply_within=Span(amount=7, unit=TimeUnit.CALENDAR_DAY),
        appeal_within=Span(amount=15, unit=TimeUnit.CALENDAR_DAY),
        decided_by=Role.HR,
        rule="D-20",
    )
)
PROPOSED = Finding(
    person="han",
    involvement=Involvement.DIRECT_PERSON,
    proposed_by="sun",
    proposed_at=MONDAY,
    reply_until_at=NEXT_WEEK,
)
REPLIED = replace(PROPOSED, replied_at=MONDAY)
FOUND = replace(
    REPLIED,
    stage=FindingStage.RESPONSIBLE,
    decided_by="hong",
    approved_by="sun",
    decided_at=MONDAY,
    appeal_until_at=NEXT_WEEK,
)
APPEALED = replace(FOUND, stage=FindingStage.APPEALED, appealed_at=MONDAY)


def with_(finding: Finding, case: Case = CLOSED) -> Case:
    """The case with its handler found to be what the finding says."""
    return replace(case, person_complained_about="han", findings=(finding,))


def is_now(stage: FindingStage) -> Callable[[Case], bool]:
    return lambda case: case.findings[-1].stage is stage


SAY = ProposeFinding(person="han", involvement=Involvement.DIRECT_PERSON)
GUILTY = DecideFinding(person="han", outcome=FindingOutcome.RESPONSIBLE)


class TestFindings(Sentences):
    about = findings
    done = (
        line(
            "somebody held responsible has no part in the case any more",
            SAY,
            lambda case: case.person_complained_about == "han" and case.handler is None,
            case=DISPOSED,
            by=SUN,
            conduct=RULES,
        ),
        line(
            "and may reply for as long as the pack says",
            SAY,
            lambda case: case.findings[0].reply_until_at == LATER + timedelta(days=7),
            case=CLOSED,
            by=SUN,
            conduct=RULES,
        ),
        line(
            "whoever is held responsible replies",
            ReplyToFinding(),
            lambda case: case.findings[0].replied_at == LATER,
            case=with_(PROPOSED),
            by=HAN,
            conduct=RULES,
        ),
        line(
            "it is decided once the reply is there",
            GUILTY,
            is_now(FindingStage.RESPONSIBLE),
            case=with_(REPLIED),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "or once the time for it is over",
            GUILTY,
            is_now(FindingStage.RESPONSIBLE),
            case=with_(PROPOSED),
            by=HONG,
            conduct=RULES,
            at=NEXT_WEEK,
        ),
        line(
            "whoever was found responsible appeals",
            AppealFinding(),
            is_now(FindingStage.APPEALED),
            case=with_(FOUND),
            by=HAN,
            conduct=RULES,
        ),
        line(
            "an appeal that is upheld takes it back",
            DecideFindingAppeal(person="han", upheld=True),
            is_now(FindingStage.REVERSED),
            case=with_(APPEALED),
            by=UNA,
            conduct=RULES,
        ),
        line(
            "and sets the outcome of the case right",
            DecideFindingAppeal(person="han", upheld=True, validity=Validity.SPECIAL),
            lambda case: case.disposition.validity is Validity.SPECIAL,
            case=with_(APPEALED),
            by=UNA,
            conduct=RULES,
        ),
        line(
            "one that is not leaves it, and the outcome",
            DecideFindingAppeal(person="han", upheld=False, validity=Validity.SPECIAL),
            lambda case: (
                is_now(FindingStage.CONFIRMED)(case) and case.disposition.validity is Validity.VALID
            ),
            case=with_(APPEALED),
            by=UNA,
            conduct=RULES,
        ),
        line(
            "what was decided is taken back when something new comes to light",
            ReverseFinding(person="han", responsibility=Responsibility.NOT_BANK),
            is_now(FindingStage.REVERSED),
            case=with_(FOUND),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "who was let off can be held responsible anew",
            SAY,
            lambda case: len(case.findings) == 2,
            case=with_(replace(FOUND, stage=FindingStage.NOT_RESPONSIBLE)),
            by=SUN,
            conduct=RULES,
        ),
    )
    refused = (
        line(
            "nobody is held responsible under rules that know no finding",
            SAY,
            Refusal.NO_FINDINGS_HERE,
            case=CLOSED,
            by=SUN,
            conduct=LENIENT,
        ),
        line(
            "nor for a complaint that was not valid",
            SAY,
            Refusal.ONLY_VALID_COMPLAINTS,
            case=replace(CLOSED, disposition=replace(VALID, validity=Validity.SPECIAL)),
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor where the bank is without fault",
            SAY,
            Refusal.BANK_NOT_AT_FAULT,
            case=replace(
                CLOSED, disposition=replace(VALID, responsibility=Responsibility.NOT_BANK)
            ),
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor before the case is settled",
            SAY,
            Refusal.NOT_IN_THIS_STATUS,
            case=ASSIGNED,
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor by themselves",
            ProposeFinding(person="sun", involvement=Involvement.OUTLET_HEAD),
            Refusal.NOT_ON_ONESELF,
            case=CLOSED,
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor twice at once",
            SAY,
            Refusal.FOUND_ALREADY,
            case=with_(PROPOSED),
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor by a handler",
            SAY,
            Refusal.NOT_YOUR_ROLE,
            case=CLOSED,
            by=HUGO,
            conduct=RULES,
        ),
        line(
            "nobody replies for another",
            ReplyToFinding(),
            Refusal.NO_FINDING_ON_YOU,
            case=with_(PROPOSED),
            by=MEI,
            conduct=RULES,
        ),
        line(
            "nor twice",
            ReplyToFinding(),
            Refusal.REPLIED_ALREADY,
            case=with_(REPLIED),
            by=HAN,
            conduct=RULES,
        ),
        line(
            "nor after the decision",
            ReplyToFinding(),
            Refusal.FINDING_ELSEWHERE,
            case=with_(FOUND),
            by=HAN,
            conduct=RULES,
        ),
        line(
            "nobody decides while a reply may come",
            GUILTY,
            Refusal.REPLY_AWAITED,
            case=with_(PROPOSED),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nor in another office than the pack's",
            GUILTY,
            Refusal.OTHER_OFFICE_DECIDES,
            case=with_(REPLIED),
            by=SUN,
            conduct=RULES,
        ),
        line(
            "nor about somebody of whom nothing is said",
            DecideFinding(person="mei", outcome=FindingOutcome.RESPONSIBLE),
            Refusal.FINDING_ELSEWHERE,
            case=with_(REPLIED),
            by=HONG,
            conduct=RULES,
        ),
        line(
            "nobody appeals when the time is over",
            AppealFinding(),
            Refusal.APPEAL_TOO_LATE,
            case=with_(FOUND),
            by=HAN,
            conduct=RULES,
            at=NEXT_WEEK,
        ),
        line(
            "nor does a judge decide on the own decision",
            DecideFindingAppeal(person="han", upheld=True),
            Refusal.PARTY_TO_DECISION,
            case=with_(replace(APPEALED, approved_by="una")),
            by=UNA,
            conduct=RULES,
        ),
        line(
            "what waits for the appeal is not taken back beside it",
            ReverseFinding(person="han"),
            Refusal.FINDING_ELSEWHERE,
            case=with_(APPEALED),
            by=HONG,
            conduct=RULES,
        ),
    )
