"""A year's arrangement, as the notice states it."""

from datetime import date

from domain.arrangements import Arrangement, Holiday, days_merged

NEW_YEAR = Holiday(
    name="New Year's Day",
    chinese="元旦",
    off=(date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1)),
    make_up=(date(2018, 12, 29),),
)


def test_a_years_notice_can_reach_into_the_december_before() -> None:
    off, make_up = days_merged([Arrangement(year=2019, sources=(), holidays=(NEW_YEAR,))])
    assert date(2018, 12, 31) in off
    assert make_up == {date(2018, 12, 29): "New Year's Day"}


def test_of_two_notices_on_one_december_day_the_later_years_wins() -> None:
    earlier = Holiday(name="Sale", chinese="促销", off=(), make_up=(date(2018, 12, 30),))
    off, make_up = days_merged(
        [
            Arrangement(year=2019, sources=(), holidays=(NEW_YEAR,)),
            Arrangement(year=2018, sources=(), holidays=(earlier,)),
        ]
    )
    assert date(2018, 12, 30) in off
    assert date(2018, 12, 30) not in make_up


def test_an_arrangement_says_which_days_are_worked() -> None:
    arrangement = Arrangement(year=2019, sources=(), holidays=(NEW_YEAR,))
    worked = [arrangement.works_on(date(2018, 12, day)) for day in (28, 29, 30, 31)]
    assert worked == [True, True, False, False]
