"""Returns: a balance that holds whatever happened, formulas, classes, and what has changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.returns import (
    CaseAsKnown,
    Count,
    Facet,
    ReturnCheck,
    ReturnFlaw,
    ReturnLine,
    ReturnPeriod,
    ReturnSection,
    ReturnTemplate,
    TaxonomyItem,
    difference,
    evaluated,
    figures_of,
    flaws_of_return,
    names_in,
)

BEGINS = datetime(2026, 7, 1, tzinfo=UTC)
ENDS = datetime(2026, 10, 1, tzinfo=UTC)
QUARTER = ReturnPeriod(
    begins=date(2026, 7, 1), ends=date(2026, 9, 30), begins_at=BEGINS, ends_at=ENDS
)
BALANCE = ("opening", "received", "reopened", "closed", "closing")


def a_case(received: int, *turns: int, **over: object) -> CaseAsKnown:
    """Received so many days after the quarter began, then closed, reopened, closed ..."""
    at = [BEGINS + timedelta(days=each) for each in (received, *turns)]
    case = CaseAsKnown(
        reference="C",
        received_at=at[0],
        turns=tuple((each, place % 2 == 0) for place, each in enumerate(at[1:])),
        codes={"category": ("service_attitude",), "channel": ("phone",), "causes": ()},
        is_late=False,
        is_own_fault=False,
    )
    return replace(case, **over)  # type: ignore[arg-type]


def a_template(*lines: ReturnLine, **over: object) -> ReturnTemplate:
    title = {"en": "t", "zh": "t"}
    counts = tuple(
        ReturnLine(code=each.upper(), title=title, count=Count(each), where={}) for each in BALANCE
    )
    template = ReturnTemplate(
        name="t",
        title=title,
        authority=title,
        cadence="quarter",
        rule="default",
        sections=(ReturnSection(title=title, lines=(*counts, *lines)),),
        checks=(ReturnCheck(left="OPENING + RECEIVED + REOPENED - CLOSED", right="CLOSING"),),
        facets={},
        digest="",
    )
    return replace(template, **over)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        (a_case(5), {"received", "closing"}),
        (a_case(5, 9), {"received", "closed", "closed_in_time"}),
        (a_case(-5), {"opening", "closing"}),
        (a_case(-5, 3), {"opening", "closed", "closed_in_time"}),
        (a_case(-5, -3), set()),
        (a_case(-5, -3, 4), {"reopened", "closing"}),
        (a_case(-5, -3, 4, 6), set()),
        (a_case(5, 9, 12), {"received", "closing"}),
        (a_case(95), set()),
        (a_case(0, 92), {"received", "closing"}),
    ],
)
def test_a_case_counts_by_where_it_stood_as_the_period_began_and_ended(
    case: CaseAsKnown, counts: set[str]
) -> None:
    assert case.counts(BEGINS, ENDS) == counts


@given(
    st.lists(
        st.lists(st.integers(-200, 200), min_size=1, max_size=5, unique=True).map(sorted),
        max_size=20,
    )
)
def test_opening_and_received_and_reopened_without_closed_are_closing(
    lives: list[list[int]],
) -> None:
    template = a_template()
    figures = figures_of(template, [a_case(*life) for life in lives], QUARTER)
    assert list(flaws_of_return(template, figures, is_over=True)) == []
    assert all(value is not None and value >= 0 for value in figures.values())


def test_a_share_of_nothing_is_blank_and_not_nought_nor_a_fault() -> None:
    share = ReturnLine(
        code="S", title={}, where={}, formula="CLOSED / (RECEIVED - RECEIVED)", is_share=True
    )
    assert figures_of(a_template(share), [a_case(1, 2)], QUARTER)["S"] is None
    share = replace(share, formula="CLOSED / RECEIVED")
    assert figures_of(a_template(share), [], QUARTER)["S"] is None, "a period without cases"
    cases = [a_case(1, 2), a_case(1, 2), a_case(1)]
    assert figures_of(a_template(share), cases, QUARTER)["S"] == 667


@pytest.mark.parametrize(
    ("formula", "value"),
    [("A + B * 2", 7), ("(A + B) * 2", 8), ("A / B", Fraction(1, 3)), ("A - B", -2), ("C", None)],
)
def test_a_formula_is_arithmetic_over_lines(formula: str, value: Fraction | None) -> None:
    assert evaluated(formula, {"A": 1, "B": 3, "C": None}) == value


def test_a_formula_says_which_lines_it_speaks_of() -> None:
    assert names_in("(A1 + B_2) / 3") == {"A1", "B_2"}


@pytest.mark.parametrize(
    "formula", ["", "A +", "A ** B", "f(A)", "A.b", "'a'", "1.5", "True", "A if B else C", "[A]"]
)
def test_what_is_no_formula_is_said_to_be_none(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        evaluated(formula, {"A": 1, "B": 1, "C": 1})


def test_every_case_falls_in_one_class_of_a_facet_the_rest_in_the_last() -> None:
    def item(name: str, **ours: tuple[str, ...]) -> TaxonomyItem:
        return TaxonomyItem(name=name, title={}, code="", ours=ours)

    facet = Facet(
        name="f",
        title={},
        items=(
            item("electronic", channel=("phone", "internet")),
            item("manners", category=("service_attitude",)),
            item("other"),
        ),
    )
    assert facet.class_of(a_case(1)) == "electronic", "the first that takes one of its codes"
    assert facet.class_of(a_case(1, codes={"channel": ("visit",)})) == "other"
    assert facet.class_of(a_case(1, codes={})) == "other"


def test_a_line_is_blank_without_such_business_and_nought_where_it_had_no_such_case() -> None:
    def line(code: str, business: str) -> ReturnLine:
        return ReturnLine(code=code, title={}, count=Count.OWN_FAULT, where={}, business=business)

    lines = line("BANKING", "banking"), line("INSURANCE", "insurance")
    template = a_template(*lines, does_business=frozenset({"banking"}))
    figures = figures_of(template, [a_case(1, 2)], QUARTER)
    assert (figures["BANKING"], figures["INSURANCE"]) == (0, None)
    nil = replace(template, nil_when_none=(Count.RECEIVED, Count.OPENING))
    assert set(figures_of(nil, [], QUARTER).values()) == {None}
    assert figures_of(nil, [a_case(1)], QUARTER)["RECEIVED"] == 1


def test_flaws_are_told_before_anything_is_submitted() -> None:
    figures = dict.fromkeys((each.upper() for each in BALANCE), 1)
    template = a_template(
        ReturnLine(code="X", title={}, count=Count.CLOSED, where={}, lacks_code=True)
    )
    assert [flaw for flaw, _where in flaws_of_return(template, figures, is_over=False)] == [
        ReturnFlaw.NOT_OVER,
        ReturnFlaw.CHECK_FAILS,
    ]
    strict = replace(template, needs_codes=True)
    assert (ReturnFlaw.CODE_MISSING, "X") in flaws_of_return(strict, figures, is_over=True)


def test_a_difference_tells_the_lines_that_changed() -> None:
    assert difference({"A": 1, "B": 2, "C": None}, {"A": 1, "B": 1, "C": 3}) == {"B": -1, "C": 3}
