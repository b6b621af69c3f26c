"""What was open, came and was closed in a period, by unit, worked out by SQL over the journals; and
the lines of a return that say the same."""

import csv
from datetime import datetime
from io import StringIO

from sqlalchemy import text

from bench.year.bank import YEAR, midnight
from store.database import Sessions
from tests.web.browser import Visit

IS_OPEN = """
    not coalesce((select j.event = 'closed' from journal j
        where j.reference = t.reference and j.event in ('closed', 'reopened')
            and j.recorded_at <= cast(:known as timestamptz) and j.at < {instant}
        order by j.version desc limit 1), false)
"""
BALANCE = f"""
    with stands as (
        select t.reference, t.unit, t.received_at,
            t.received_at < :begins and {IS_OPEN.format(instant=":begins")} as opening,
            t.received_at < :ends and {IS_OPEN.format(instant=":ends")} as closing,
            t.received_at >= :begins and t.received_at < :ends as received
        from told(cast(:known as timestamptz)) t where t.is_official and not t.is_duplicate
    )
    select unit, count(*) filter (where opening) as opening,
        count(*) filter (where received) as received,
        count(*) filter (where closing and not opening and not received) as reopened,
        count(*) filter (where (opening or received) and not closing) as closed,
        count(*) filter (where closing) as closing
    from stands group by unit
"""
LINES = {"A1": "opening", "A2": "received", "A3": "reopened", "A4": "closed", "A5": "closing"}


def balances(
    sessions: Sessions, first: int, beyond: int, known: datetime | str = "infinity"
) -> dict[str, dict[str, int]]:
    """Of each unit, from the first month to before another."""
    begins = midnight(YEAR, first)
    ends = midnight(YEAR + 1) if beyond == 13 else midnight(YEAR, beyond)
    with sessions() as session:
        rows = session.execute(text(BALANCE), {"begins": begins, "ends": ends, "known": known})
        return {row.unit: {name: getattr(row, name) for name in LINES.values()} for row in rows}


def lines_of(visit: Visit, begins: str, known: str = "") -> dict[str, str]:
    """The lines of a return as they are saved."""
    more = f"?known={known}" if known else ""
    saved = visit("head-regulator_liaison").get(f"/returns/cn-quarterly/{begins}.csv{more}")
    assert saved.status_code == 200
    rows = csv.reader(StringIO(saved.data.decode("utf-8-sig")))
    return {row[0]: row[2] for row in rows}


def whole(units: dict[str, dict[str, int]]) -> dict[str, str]:
    return {line: str(sum(each[name] for each in units.values())) for line, name in LINES.items()}
