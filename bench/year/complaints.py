"""What complaints come in through the year, and when."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bench.cases_in_bulk import words_of
from bench.year.bank import BEGINS, ENDS, Staff
from domain.case import Actor
from domain.classification import (
    Business,
    Category,
    Channel,
    Mark,
    Rating,
    Satisfaction,
)
from domain.complaint import Complaint

Chosen = TypeVar("Chosen")

CHANNELS = {
    Channel.PHONE: 46, Channel.INTERNET: 22, Channel.OPINION_BOOK: 10, Channel.VISIT: 9,
    Channel.LETTER: 5, Channel.MEDIA: 2, Channel.TRANSFERRED: 6,
}  # fmt: skip
CATEGORIES = {
    Category.WORK_ERROR: 18, Category.SERVICE_ATTITUDE: 26, Category.INTERNAL_MANAGEMENT: 11,
    Category.SERVICE_PRODUCT: 16, Category.SERVICE_CHANNEL: 14, Category.ILLEGAL_OPERATION: 7,
    Category.FINANCIAL_CRIME: 3, Category.ANONYMOUS: 5,
}  # fmt: skip
BUSINESSES = {
    Business.SAVINGS: 22, Business.LOANS: 14, Business.CARDS: 30, Business.PAYMENT: 16,
    Business.CASH: 4, Business.INFORMATION: 5, Business.OTHER: 9,
}  # fmt: skip
SATISFACTIONS = {
    Satisfaction.SATISFIED: 58, Satisfaction.NEUTRAL: 14,
    Satisfaction.DISSATISFIED: 18, Satisfaction.NOT_REACHED: 10,
}  # fmt: skip
RATINGS = {
    Rating.VERY_SATISFIED: 20, Rating.SATISFIED: 40, Rating.NEUTRAL: 15,
    Rating.DISSATISFIED: 15, Rating.VERY_DISSATISFIED: 10,
}  # fmt: skip
"""How often each occurs (default)."""

YUAN = 100


def drawn(chances: dict[Chosen, int], chance: Random) -> Chosen:
    """One of these, as often as the figure beside it says."""
    return chance.choices([*chances], [*chances.values()])[0]


def receipts(cases: int, seed: int) -> list[datetime]:
    """When the complaints of the year came in, in their order: by day more often than by night."""
    chance = Random(f"{seed}/receipts")
    days = (ENDS - BEGINS).days
    return sorted(
        BEGINS
        + timedelta(days=chance.randrange(days), hours=min(max(chance.gauss(13, 3.5), 0), 23.99))
        for _ in range(cases)
    )


def a_complaint_of_the_year(
    number: int, received_at: datetime, staff: Staff, chance: Random
) -> tuple[Complaint, Actor]:
    """A complaint, and who took it down. Every name in it is invented."""
    place = chance.random()
    units = list(staff.bank.units)
    outlets = [each for each in units if each.startswith("outlet-")]
    branches = [each for each in units if each.startswith("branch-")]
    unit = (
        chance.choice(outlets)
        if place < 0.88
        else chance.choice(branches)
        if place < 0.97
        else "head-office"
    )
    channel = drawn(CHANNELS, chance)
    category = drawn(CATEGORIES, chance)
    marks = []
    if chance.random() < 0.05:
        marks.append(Mark.REPEAT)
    if chance.random() < 0.02:
        marks.append(chance.choice([Mark.REPUTATION, Mark.HOT_TOPIC, Mark.CLAIM, Mark.GROUP]))
    is_handed_down = channel is Channel.TRANSFERRED
    handlers = staff.handlers_of(unit) if unit in outlets else []
    complained_about = chance.choice(handlers) if handlers and chance.random() < 0.15 else None
    words: dict[str, Any] = {**words_of(number)}
    complaint = Complaint(
        intake_key=f"year-{number}",
        received_at=received_at,
        channel=channel,
        unit=unit,
        category=None if chance.random() < 0.1 else category,
        amount_fen=chance.choice([0, 0, 0, chance.randint(1, 60_000) * YUAN]),
        marks=tuple(marks),
        business=_business(number),
        person_complained_about=complained_about,
        sender="市政务热线" if is_handed_down else None,
        sender_due_at=received_at + timedelta(days=chance.randint(5, 15))
        if is_handed_down
        else None,
        **words,
    )
    takes_down = [each for each in handlers if each != complained_about]
    at_the_counter = channel in (Channel.OPINION_BOOK, Channel.VISIT) and takes_down
    by = chance.choice(takes_down) if at_the_counter else "head-intake"
    return complaint, staff.bank.actor(by)


def _business(number: int) -> Business | None:
    """Which business a complaint is about, where whoever took it down has said so."""
    chance = Random(f"business/{number}")
    return drawn(BUSINESSES, chance) if chance.random() < 0.8 else None
