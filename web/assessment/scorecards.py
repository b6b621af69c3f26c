"""Scorecards: the figures of units and people in a period, with formulas, medians and cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask import Blueprint, Response, abort, render_template, request

from desk.spreadsheets import Cell, Sheet, table_text, workbook
from domain.assessment import AssessmentRules, Indicator
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.reporting import Cadence, reporting_period_of
from rulebook.assessment.indicators import read_assessment
from rulebook.staffing import beginning_of, today_in_the_bank
from store.evidence.audit import Action, note
from store.reads.assessment import Assessment, Scorecard, UnitAssessment
from web import wording
from web.base.context import bank, reading, writing
from web.base.phrases import _, language_code
from web.kit import downloads
from web.kit.access import not_there, open_to, reader, visitor
from web.kit.days import asked_day
from web.wording.assessment import basis_words, formula_words, value_words
from web.wording.names import person_name

blueprint = Blueprint("assessment", __name__, url_prefix="/assessment")

CADENCES = (Cadence.MONTH, Cadence.QUARTER, Cadence.HALF_YEAR, Cadence.YEAR)

ENDINGS = ("csv", "xlsx")
"""The files in which figures are saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The period that was asked for."""

    cadence: Cadence
    begins: date
    ends: date
    known_on: date | None = None
    """The day by whose end the figures are told; None for as they stand now."""

    @property
    def before(self) -> date:
        return self.begins - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.ends + timedelta(days=1)

    @property
    def known(self) -> dict[str, str]:
        """How an address says so."""
        return {"known": self.known_on.isoformat()} if self.known_on else {}


@blueprint.get("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def overview() -> str:
    """Every unit that one answers for, a line each."""
    period, rules = _period(), read_assessment()
    assessment = _assessment(rules, period)
    return render_template(
        "assessment/overview.html",
        cards=[assessment.of_unit(unit) for unit in _units()],
        **_about(rules, period),
    )


@blueprint.get("/<unit>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def of_unit(unit: str) -> str:
    """One unit with the medians of its kind, its people, and the cases behind every figure."""
    period, rules = _period(), read_assessment()
    found = _found(unit, rules, period)
    _note(Action.READ_ASSESSMENT, found, period)
    return render_template("assessment/unit.html", found=found, **_about(rules, period))


@blueprint.get("/<unit>.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def saved(unit: str, ending: str) -> Response:
    """The same as a file; from the same cases the same bytes."""
    if ending not in ENDINGS:
        abort(404)
    period, rules = _period(), read_assessment()
    found = _found(unit, rules, period)
    _note(Action.SAVED_ASSESSMENT, found, period)
    lines = [*_lines(found, rules, period)]
    title = wording.unit_name(unit)
    if ending == "xlsx":
        content, kind = workbook(title, [Sheet(tab=_("Assessment"), lines=lines)]), downloads.XLSX
    else:
        content, kind = table_text(lines).encode(), "text/csv; charset=utf-8"
    name = f"assessment-{unit}-{period.begins}-{period.ends}.{ending}"
    return downloads.saved(content, kind, name)


def _lines(
    found: UnitAssessment, rules: AssessmentRules, period: Chosen
) -> Iterator[Sequence[Cell]]:
    yield [
        _("Period"), _("Of"), _("Figure"), _("Value"), _("Counted"), _("Out of"),
        _("Median of its kind"), _("Formula"), _("Rule"), _("Formulas, version"), _("As known on"),
    ]  # fmt: skip
    stretch = f"{period.begins} – {period.ends}"
    for card in (found.unit, *found.people):
        is_unit = card is found.unit
        name = wording.unit_name(card.of) if is_unit else person_name(card.of)
        for each in card.measurements:
            middle = found.medians[each.indicator.name] if is_unit else None
            yield [
                stretch,
                name,
                each.indicator.title[language_code()],
                value_words(each) if each.value is None else _cell(each.indicator, each.value),
                "" if each.counted is None else each.counted,
                "" if each.of is None else each.of,
                "" if middle is None else _cell(each.indicator, middle),
                formula_words(each.indicator),
                f"{each.indicator.rule} / {each.indicator.formula}",
                rules.version,
                period.known_on.isoformat() if period.known_on else "",
            ]


def _cell(indicator: Indicator, value: Decimal) -> Cell:
    """A value to be computed with, where it is a share or a count."""
    if indicator.of is None:
        return int(value)
    return value / 100 if indicator.per == 100 else basis_words(indicator, value)


def _found(unit: str, rules: AssessmentRules, period: Chosen) -> UnitAssessment:
    if unit not in _units():
        not_there(unit)
    return _assessment(rules, period).whole(unit)


def _units() -> tuple[str, ...]:
    """Those one answers for, each followed by those below it."""
    units = bank().units
    mine = units_for(Permission.ANSWER_FOR_REPORTS, reader(), units)

    def line(unit: str) -> tuple[str, ...]:
        above = units[unit].parent
        return (*(line(above) if above is not None else ()), unit)

    return tuple(sorted(mine, key=line))


def _assessment(rules: AssessmentRules, period: Chosen) -> Assessment:
    begins_at, ends_at = beginning_of(period.begins), beginning_of(period.after)
    known_at = beginning_of(period.known_on + timedelta(days=1)) if period.known_on else None
    return Assessment(reading(), reader(), rules, begins_at, ends_at, known_at)


def _about(rules: AssessmentRules, period: Chosen) -> dict[str, object]:
    return {"rules": rules, "period": period, "cadences": CADENCES}


def _period() -> Chosen:
    """The period that was asked for; this quarter where none was, or none that there is."""
    asked = request.args.get("cadence")
    cadence = Cadence(asked) if asked in CADENCES else Cadence.QUARTER
    begins, ends = reporting_period_of(cadence, asked_day("day") or today_in_the_bank())
    return Chosen(cadence=cadence, begins=begins, ends=ends, known_on=_known_on())


def _known_on() -> date | None:
    """The day that was asked for; None where none was, or one that has not ended yet."""
    day = asked_day("known")
    return day if day and day < today_in_the_bank() else None


def _references(card: Scorecard) -> set[str]:
    return {reference for each in card.measurements for reference in each.cases}


def _note(action: Action, found: UnitAssessment, period: Chosen) -> None:
    shown = set().union(*map(_references, (found.unit, *found.people))) & found.visible
    with writing() as session:
        note(
            session,
            action,
            by=visitor().id,
            subject=found.unit.of,
            begins=period.begins.isoformat(),
            **({"known_at": period.known_on.isoformat()} if period.known_on else {}),
            shown=sorted(shown),
        )
