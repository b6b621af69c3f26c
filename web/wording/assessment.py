"""Figures of an assessment, and the formulas they come by."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from domain.assessment import Basis, CaseSet, Indicator, Measurement, Standing
from domain.reporting import Cadence
from web.base.phrases import Words, _, _l, phrase_of

WORDS: Mapping[type[StrEnum], Words] = {
    CaseSet: {
        CaseSet.RECEIVED: _l("complaints received"),
        CaseSet.COUNTED: _l("complaints that count"),
        CaseSet.SETTLED: _l("complaints settled"),
        CaseSet.SETTLED_IN_TIME: _l("complaints settled in time"),
        CaseSet.WITHIN_LIMITS: _l("complaints with no time limit exceeded"),
        CaseSet.OWN_FAULT: _l("valid complaints, the bank or the person at fault"),
        CaseSet.ASKED: _l("customers who answered afterwards"),
        CaseSet.SATISFIED: _l("customers who were satisfied"),
        CaseSet.RECURRING: _l("complaints made again or taken up again"),
    },
    Basis: {
        Basis.OUTLETS: _l("outlets"),
        Basis.PERSONAL_CUSTOMERS: _l("personal customers"),
    },
    Standing: {
        Standing.THERE: _l("there"),
        Standing.NOTHING: _l("no such case"),
        Standing.TOO_FEW: _l("too few to show"),
        Standing.NOT_ENTERED: _l("number of customers not entered"),
    },
    Cadence: {
        Cadence.DAY: _l("Day"),
        Cadence.WORKING_DAY: _l("Working day"),
        Cadence.HALF_MONTH: _l("Half-month"),
        Cadence.MONTH: _l("Month"),
        Cadence.QUARTER: _l("Quarter"),
        Cadence.HALF_YEAR: _l("Half-year"),
        Cadence.YEAR: _l("Year"),
        Cadence.WHEN_NEEDED: _l("When there is cause"),
    },
}


def _words(code: StrEnum) -> str:
    return phrase_of(WORDS[type(code)], code)


def value_words(measurement: Measurement) -> str:
    """A figure as it is read, or why there is none."""
    if measurement.value is None:
        return _words(measurement.standing)
    return basis_words(measurement.indicator, measurement.value)


def basis_words(indicator: Indicator, value: Decimal) -> str:
    """A value of this figure: a share in percent, another rate with two decimals, a count plain."""
    if indicator.of is None:
        return f"{value:.0f}"
    return f"{value:.1f} %" if indicator.per == 100 else f"{value:,.2f}"


def formula_words(indicator: Indicator) -> str:
    """What is divided by what."""
    counted = _words(indicator.counts)
    if indicator.of is None:
        return counted
    divided = _("%(counted)s ÷ %(of)s", counted=counted, of=_words(indicator.of))
    return divided if indicator.per == 1 else f"{divided} × {indicator.per:,}"
