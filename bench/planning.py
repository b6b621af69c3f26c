"""How long planning all clocks of a case takes, and of ten thousand: `python -m bench.planning`."""

from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter

from domain.case import Case, Pause
from domain.classification import Category
from domain.clocks.plan import plan
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from tests.builders import MONDAY, a_case

CASES = 10_000


def cases() -> list[Case]:
    """A year of receipts, every other one complex, every third with a wait for the customer."""
    made = []
    for number in range(CASES):
        at = MONDAY - timedelta(hours=number % 8_000)
        case = replace(
            a_case(received_at=at),
            category=Category.SERVICE_PRODUCT if number % 2 else Category.SERVICE_ATTITUDE,
        )
        if number % 3 == 0:
            wait = Pause(since_at=at + timedelta(hours=30), until_at=at + timedelta(hours=80))
            case = replace(case, pauses=(wait,))
        made.append(case)
    return made


def main() -> None:
    pack = read_pack("head-office-regulated")[0]
    calendar = load_calendar(pack.calendar)
    times = []
    began = perf_counter()
    for case in cases():
        start = perf_counter()
        plan(case, pack, calendar)
        times.append(perf_counter() - start)
    whole = perf_counter() - began
    print(f"one case: median {median(times) * 1000:.2f} ms, longest {max(times) * 1000:.1f} ms")
    print(f"{CASES} cases: {whole:.1f} s on one core")


if __name__ == "__main__":
    main()
