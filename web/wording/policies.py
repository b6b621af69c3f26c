"""A bank's rules in words: their figures, their sources, what a fault costs."""

from collections.abc import Mapping
from enum import StrEnum

from domain.case import TASK
from domain.conditions import YesNo
from domain.penalties import ImposedPenalty, PenaltySchedule, Sanction
from domain.policy import DateSetBy, Nature, TimeUnit
from web.base.context import task_titles
from web.base.phrases import (
    LazyString,
    Words,
    _,
    _l,
    bare,
    joined,
    language_code,
    phrase_of,
)
from web.wording.amounts import yuan

WORDS: Mapping[type[StrEnum], Words] = {
    Nature: {
        Nature.STATUTORY: _l("binding by regulation"),
        Nature.INTERNAL: _l("internal"),
    },
    DateSetBy: {
        DateSetBy.SENDER: _l("the sender's own date"),
        DateSetBy.PROMISE: _l("the date promised to the customer"),
        DateSetBy.COMMITMENT: _l("the date last promised to the customer"),
        DateSetBy.PLAN: _l("the date of the plan"),
        DateSetBy.TASK: _l("the date that the task was given with"),
    },
    YesNo: {
        YesNo.YES: _l("yes"),
        YesNo.NO: _l("no, it was not"),
    },
}

PENALTIES: Mapping[str, LazyString] = {
    "attitude": _l("Attitude or slowness"),
    "illegal-operation": _l("Operation against the rules"),
    "exposure": _l("Exposed by media or pursued by the regulator, with serious harm"),
    "direct_person": _l("the person directly at fault"),
    "related_person": _l("a person concerned"),
    "outlet_head": _l("the head of the outlet"),
    "superior_service_head": _l("the head of the superior service department"),
    "first_leader_above": _l("the leader one level up"),
    "second_leader_above": _l("the leader two levels up"),
}
"""The faults and posts that our packs name; a bank's own are said as its pack writes them."""


def task_title(name: str) -> str:
    """A task as the pack of the case at hand calls it."""
    return task_titles().get(name, {}).get(language_code()) or bare(name)


def task_of_key(key: str) -> str:
    """The task of `task/media-office/1`; given again it carries its number."""
    name, _mark, number = key.removeprefix(TASK).rpartition("/")
    return task_title(name) + (f" ({number})" if number not in {"", "1"} else "")


def rule_words(rule: str) -> str:
    """The rule a figure comes from, or that the bank chose it itself."""
    return _("default") if rule == "default" else rule


def span_words(span: str) -> str:
    """A length of time as a policy writes it: `3 working days`."""
    amount, _mark, unit = span.partition(" ")
    if not amount.isdecimal():
        return phrase_of(WORDS[DateSetBy], span) if span in set(DateSetBy) else span
    singular = unit.removesuffix("s")
    number = int(amount)
    match singular:
        case TimeUnit.WORKING_DAY:
            spoken = _("1 working day"), _("%(number)s working days", number=number)
        case TimeUnit.WORKING_HOUR:
            spoken = _("1 working hour"), _("%(number)s working hours", number=number)
        case TimeUnit.CALENDAR_DAY:
            spoken = _("1 calendar day"), _("%(number)s calendar days", number=number)
        case TimeUnit.CLOCK_HOUR:
            spoken = _("1 hour"), _("%(number)s hours", number=number)
        case _:
            spoken = _("1 second"), _("%(number)s seconds", number=number)
    one, many = spoken
    return one if number == 1 else many


def penalty_name(code: str) -> str:
    """A fault that may be penalised, or a post that may bear the penalty."""
    return phrase_of(PENALTIES, code)


def imposed_words(penalty: ImposedPenalty) -> str:
    """A penalty on somebody: for what, how much, under which rule."""
    if penalty.measure is Sanction.FINE:
        cost = _("a fine of %(sum)s yuan", sum=yuan(penalty.amount_fen))
    elif penalty.measure is Sanction.PAY_WITHHELD:
        cost = _("performance pay withheld")
    else:
        cost = _("held responsible as a leader")
    return _(
        "%(fault)s: %(cost)s (rule %(rule)s)",
        fault=penalty_name(penalty.schedule),
        cost=cost,
        rule=rule_words(penalty.rule),
    )


def penalty_words(schedule: PenaltySchedule) -> str:
    """A fault, what it may cost each post, and whom it reaches without a sum."""
    fault = _(
        "%(fault)s: %(least)s to %(most)s yuan each",
        fault=penalty_name(schedule.name),
        least=yuan(schedule.at_least_fen),
        most=yuan(schedule.at_most_fen),
    )
    withheld, leaders = (
        joined(penalty_name(post) for post in posts)
        for posts in (schedule.withholds_pay_of, schedule.holds_responsible)
    )
    if withheld:
        fault += _("; performance pay withheld: %(posts)s", posts=withheld)
    if leaders:
        fault += _("; held responsible: %(leaders)s", leaders=leaders)
    return fault
