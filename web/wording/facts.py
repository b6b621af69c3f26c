"""How a fact is said, by its name: of a journal entry, a refusal, a report, a pack's condition."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.imports.mapping import Separator
from domain.attachments import Wrong
from domain.case import STEP, Milestone, Status
from domain.case_reports import facts_said
from domain.classification import (
    AnonymousKind,
    Business,
    Category,
    Cause,
    Channel,
    Counting,
    CustomerTier,
    DeadlineClass,
    DemandKind,
    Disposal,
    Level,
    Mark,
    MediaReach,
    Rating,
    Responsibility,
    Role,
    Satisfaction,
    Severity,
    Situation,
    Validity,
    WithdrawalKind,
)
from domain.complaint import Language
from domain.conditions import YesNo
from domain.customers import CustomerField
from domain.events import Event
from domain.findings import FindingOutcome, Involvement
from domain.hand_over import HandOverKind
from domain.improvement import CheckResult, ImprovementStage
from domain.letters import LetterWay
from domain.penalties import Sanction
from domain.report_tables import Figure, Rate
from domain.reporting import Weighs
from domain.retention import KeptFor, TextStore
from domain.returns import ReturnLine
from domain.sentences import Sentence
from store.evidence.chain import Tampering
from web.base.language import ENDONYMS
from web.base.phrases import _, joined, language_code
from web.wording.acts import act_title
from web.wording.amounts import percent, when, yuan
from web.wording.clocks import clock_name, clock_step, step_name
from web.wording.codes import words
from web.wording.documents import letter_title
from web.wording.events import event_words
from web.wording.fields import label, label_in, label_in_case_report
from web.wording.names import person_name, told_to, unit_name
from web.wording.policies import penalty_name, rule_words, task_of_key, task_title

Say = Callable[[str], str]


def _code(kind: type[StrEnum]) -> Say:
    """A code by its words; what an older version wrote and this one does not know, as it stands."""
    return lambda text: words(kind(text)) if text in set(kind) else text


def _each(say: Say) -> Say:
    return lambda text: joined(say(each) for each in text.split(", "))


def _amount(text: str) -> str:
    return yuan(int(text))


def _instant(text: str) -> str:
    return when(datetime.fromisoformat(text))


def _stores(text: str) -> str:
    """Stores with how much of each, `journal 7, files 2`, in words."""
    counted = (each.rpartition(" ") for each in text.split(", ") if each)
    return joined(f"{words(TextStore(store))} {count}" for store, _blank, count in counted)


def _yes_or_no(text: str) -> str:
    return words(YesNo.YES if text == str(True) else YesNo.NO)


FACTS: Mapping[str, Say] = {
    "about": event_words,
    "acknowledged_at": _instant,
    "act": act_title,
    "amount_fen": _amount,
    "anonymous": _code(AnonymousKind),
    "approved_by": person_name,
    "asked_for": _each(_code(Event)),
    "assisting_unit": unit_name,
    "at_least_fen": _amount,
    "at_most_fen": _amount,
    "breached": clock_name,
    "business": _code(Business),
    "business_unsaid": lambda _text: _("taken back"),
    "category": _code(Category),
    "cause": _code(Cause),
    "causes": _each(_code(Cause)),
    "channel": _code(Channel),
    "charged": lambda text: person_name(text or None),
    "clock": clock_name,
    "corrected": _each(_code(CustomerField)),
    "counting": _code(Counting),
    "deadline_class": _code(DeadlineClass),
    "demand_kind": _code(DemandKind),
    "disposal": _code(Disposal),
    "drafted_at": _instant,
    "due_at": _instant,
    "event": _code(Event),
    "figure": _code(Figure),
    "fires_at": _instant,
    "handled_at": _instant,
    "handler": person_name,
    "has_sender": _code(YesNo),
    "host_unit": unit_name,
    "kept_for": _code(KeptFor),
    "level": _code(Level),
    "language": lambda text: ENDONYMS[Language(text)] if text in set(Language) else text,
    "letter_template": letter_title,
    "levels": _each(_code(Level)),
    "limit_fen": _amount,
    "mark": _code(Mark),
    "marks": _each(_code(Mark)),
    "missing": _each(label),
    "needs": _code(Milestone),
    **dict.fromkeys(
        ("overall", "reliability", "tangibles", "responsiveness", "empathy", "professionalism"),
        _code(Rating),
    ),
    "overrun": clock_name,
    "overtaken_by": step_name,
    "per_mille": percent,
    "person": person_name,
    "person_complained_about": person_name,
    "planned_at": _instant,
    "fine_fen": _amount,
    "hand_over": _code(HandOverKind),
    "measure": _code(Sanction),
    "possible": _code(Status),
    "posts": _each(penalty_name),
    "involvement": _code(Involvement),
    "outcome": _code(FindingOutcome),
    "post": penalty_name,
    "rate": _code(Rate),
    "size": lambda text: _("%(count)s bytes", count=text),
    "reach": _code(MediaReach),
    "reached": _code(Milestone),
    "received_at": _instant,
    "receiver": person_name,
    "redress_fen": _amount,
    "removed": _each(_code(CustomerField)),
    "result": _code(CheckResult),
    "way": _code(LetterWay),
    "weighs": _code(Weighs),
    "stage": _code(ImprovementStage),
    "improvement": _code(ImprovementStage),
    "joined_by": person_name,
    "report": lambda text: _report(text),
    "says": lambda text: _what_it_says(text),
    "responsibility": _code(Responsibility),
    "roles": _each(_code(Role)),
    "rule": rule_words,
    "satisfaction": _code(Satisfaction),
    "schedule": penalty_name,
    "sent_at": _instant,
    "severity": _code(Severity),
    "separator": _code(Separator),
    "situation": _code(Situation),
    "status": _code(Status),
    "step": step_name,
    "task": task_title,
    "taken_out": _stores,
    "tasks_done": _each(task_of_key),
    "tasks_given": _each(task_of_key),
    "tells": told_to,
    "tier": _code(CustomerTier),
    "undone": _code(Event),
    "unit": unit_name,
    "until": _instant,
    "until_at": _instant,
    "upheld": _yes_or_no,
    "validity": _code(Validity),
    "withdrawal": _code(WithdrawalKind),
}
"""A fact that is not here is said as it stands: a number, a name, a reference."""

AS_THEY_STAND = frozenset(
    {
        "calendar", "case", "day", "digest", "enclosed", "evidence", "instead_of", "limit",
        "minutes", "number", "of", "penalty",
        "points_at_most", "reference", "template",
    }
)  # fmt: skip
"""Facts of acts, refusals and reports that need no words of ours."""

UNTOLD = frozenset(
    {
        "agreement",
        "also",
        "cases",
        "complaint_seal",
        "items",
        "done_at",
        "handler_level",
        "handler_unit",
        "level",
        "undoes",
        "word_to",
        "mail_number",
    }
)
"""Facts of an entry that machines want, or that another one says already."""


def fact_words(name: str, value: object) -> str:
    """A fact in words: its code, name, amount or instant."""
    say = FACTS.get(name)
    return say(str(value)) if say else str(value)


def said(found: Sentence | str) -> str:
    """A sentence that was made far from any page, such as what is wrong with a policy.

    Kept as text alone, from before its facts were told apart or as the code of what is wrong, it is
    told in our words where we have them.
    """
    if isinstance(found, str):
        code = next((kind(found) for kind in (Tampering, Wrong) if found in set(kind)), None)
        return words(code) if code is not None else _(found) if found else ""
    return with_facts(_(found.english), found.facts)


def with_facts(pattern: str, facts: Mapping[str, str | tuple[str, ...]]) -> str:
    """A sentence of the page with what belongs into it, in words."""
    told = {
        name: fact_words(name, fact)
        if isinstance(fact, str)
        else joined(fact_words(name, each) for each in fact) or _("none")
        for name, fact in facts.items()
    }
    return pattern % told if told else pattern


def _report(key: str) -> str:
    """Which report to the regulator: by the time limit whose ladder drafted it, or on a major
    case."""
    if not key.startswith(STEP):
        return _("on a major case")
    _step, _slash, rest = key.partition("/")
    return clock_step(rest.rpartition("/")[0], "breach")


def _what_it_says(kept: str) -> str:
    """The facts of a report on a case, each as the report calls it."""
    said = facts_said(kept)
    return joined(
        f"{label_in_case_report(name)}{_(': ')}{fact_words(name, said[name])}" for name in said
    )


def told_facts(facts: Mapping[str, Any], act: str = "") -> list[tuple[str, str]]:
    """The facts of an entry, or of an act that waits, that a person wants to read: their names, as
    the form of the act has them, and what they say.

    PostgreSQL gives them by the length of their names; where they come from belongs last. A sum of
    nothing is one that nobody gave.
    """
    return [
        (label_in(act, name), fact_words(name, value))
        for name, value in sorted(facts.items(), key=lambda fact: fact[0] == "rule")
        if name not in UNTOLD and not (FACTS.get(name) is _amount and value == "0")
    ]


def return_line_words(line: ReturnLine) -> str:
    """What a line of a return counts: as its template says, else the words of the code it is of."""
    if line.title:
        return line.title[language_code()]
    ((of, (code,)),) = line.where.items()
    return fact_words(of, code) if code else _("not classified")


def return_figure_words(line: ReturnLine, value: int | None) -> str:
    """The figure of a line of a return."""
    if value is None:
        return _("none to count") if line.is_share else "–"
    return fact_words("per_mille", value) if line.is_share else str(value)
