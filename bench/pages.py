"""What pages cost in a bank with many cases.

    python -m bench.pages CASES [--keep FOLDER] [--plans] [--only NAME] [--times N]

Fills PostgreSQL with as many open cases (`bench.cases_in_bulk`) and asks for each page, by whoever
opens it, through the application in this process: the median and the 95th percentile of the whole
answer, the statements it asked, and what it cost of a processor, here and in PostgreSQL, which is
the same however busy the machine is with other things. `--keep` leaves the
database in a folder, where the next run takes it up; `--plans` prints the plan of each statement
that takes more than 20 ms. No Temporal runs beside: a history is told as far as the records go.
"""

import argparse
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from bench.cases_in_bulk import fill
from bench.processor import seconds_of
from desk.cases import CaseDesk
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from engine.connection import TemporalConnection
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.tables import CaseRow
from tests.settings import PERSONAL_KEYS, some_settings
from tests.stays import a_stay
from tests.web.browser import hidden
from web import create_app
from web.serving import post_worker_init

TIMES = 20
"""Each page (default)."""

SLOW_MS = 20
"""From here on a statement's plan is worth a look."""


@dataclass(slots=True)
class Statements:
    """What was asked of PostgreSQL since this was emptied."""

    asked: list[tuple[float, str, Any]] = field(default_factory=list)

    def listen(self, sessions: Sessions) -> None:
        engine = sessions.kw["bind"]

        def before(connection: Any, *_: Any) -> None:
            connection.info["began"] = time.perf_counter()

        def after(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            took = time.perf_counter() - connection.info["began"]
            self.asked.append((took, statement, parameters))

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, and who asks for it."""

    name: str
    who: str
    url: str = "/"
    search: str = ""
    is_sent: bool = False
    """Whether it is a form that is sent and leads to another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One page in milliseconds."""

    page: Page
    p50: float
    p95: float
    statements: int
    python: float
    postgres: float
    """What one answer costs of a processor."""


def pages_of(session: Any, cases: int) -> Iterator[Page]:
    """Every kind of page whose price may grow with the bank."""
    deep = min(500, cases // 25)
    some, taken = _some_references(session)
    for who in ("supervisor-1", "head-hr"):
        yield Page(name="queue", who=who, url="/?shelf=all")
        yield Page(name="queue, page 2", who=who, url="/?shelf=all&page=2")
        yield Page(name=f"queue, page {deep}", who=who, url=f"/?shelf=all&page={deep}")
        yield Page(name="queue, channel", who=who, url="/?shelf=all&channel=phone")
        yield Page(name="queue, kinds", who=who, url="/?shelf=all&channel=phone&channel=letter")
        yield Page(name="queue, by handler", who=who, url="/?shelf=all&sort=handler")
        yield Page(name="queue, by category", who=who, url="/?shelf=all&sort=category&down=yes")
        yield Page(name="queue, unit", who=who, url="/?shelf=all&unit=outlet-001")
        yield Page(name="queue, late", who=who, url="/?shelf=breached")
        yield Page(name="queue, escalated", who=who, url="/?shelf=escalated")
        yield Page(name="supervision", who=who, url="/supervision")
        yield Page(name="who waits for whom", who=who, url="/supervision/waits")
        yield Page(name="calendar", who=who, url="/calendar?shelf=all")
    yield Page(name="queue, not assigned", who="supervisor-1", url="/?shelf=unassigned")
    yield Page(name="queue, mine", who="handler-1-0", url="/")
    yield Page(name="queue, all", who="handler-1-0", url="/?shelf=all")
    yield Page(name="queue, received", who="head-intake", url="/?shelf=received_by_me")
    for office in ("head-legal", "head-union"):
        yield Page(name="queue, an office", who=office, url="/?shelf=all")
    yield Page(name="queue, administrator", who="head-administrator", url="/")
    for name, text in (
        ("Chinese, common", "信用卡中心"),
        ("Chinese, rare", "流水号0000777"),
        ("three words", "赔偿损失 贵宾室 年费"),
        ("absent", "毫无踪迹"),
        ("telephone", "139 0000 0777"),
        ("mail", "customer777@example.com"),
        ("name", "赵一一"),
    ):
        yield Page(name=f"search, {name}", who="head-intake", search=text)
    yield Page(name="search, common", who="supervisor-1", search="信用卡中心")
    yield Page(name="search, absent", who="supervisor-1", search="毫无踪迹")
    yield Page(name="search, common", who="handler-1-0", search="信用卡中心")
    yield Page(name="case", who=taken[1], url=f"/cases/{taken[0]}")
    yield Page(name="case", who="head-hr", url=f"/cases/{some}")
    yield Page(name="history", who="head-hr", url=f"/cases/{some}/history")
    for who in ("supervisor-1", "head-hr", "handler-1-0", "head-legal", "head-union"):
        yield Page(name="tasks", who=who, url="/tasks")
    yield Page(name="inbox", who="supervisor-1", url="/inbox")
    yield Page(name="improvements", who="head-hr", url="/improvements")
    yield Page(name="reports owed", who="supervisor-1", url="/reports-owed")
    yield Page(name="erasure", who="head-administrator", url="/erasure")


def main() -> None:
    """Fill, ask, print the table."""
    asked = argparse.ArgumentParser(prog="python -m bench.pages")
    asked.add_argument("cases", type=int)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--plans", action="store_true")
    asked.add_argument("--only", default="")
    asked.add_argument("--times", type=int, default=TIMES)
    chosen = asked.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="redress-pages-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with filled(folder, chosen.cases) as server:
            sessions = open_records(server.url)
            assert server.process is not None
            for each in measure(
                sessions, server.process.pid, chosen.cases, chosen.times, chosen.only, chosen.plans
            ):
                print(
                    f"{each.page.name:28} {each.page.who:20} p50 {each.p50:7.1f} ms,"
                    f" p95 {each.p95:7.1f} ms, {each.statements:2} statements,"
                    f" processor {each.python:5.0f} + {each.postgres:5.0f} ms",
                    flush=True,
                )
            close_database(sessions)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def filled(folder: Path, cases: int) -> Iterator[EmbeddedPostgres]:
    """PostgreSQL with that bank in it; written into the folder where it does not lie there."""
    with EmbeddedPostgres(folder / "postgres") as server:
        migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
        owner = open_records(server.owner_url)
        if not _is_filled(owner):
            began = time.monotonic()
            fill(owner, cases)
            print(f"{cases} open cases written in {time.monotonic() - began:.0f} s")
            migrate_as_owner(server.owner_url, server.url)
        close_database(owner)
        yield server


def measure(
    sessions: Sessions,
    postgres: int,
    cases: int,
    times: int = TIMES,
    only: str = "",
    plans: bool = False,
) -> Iterator[Measured]:
    """Each page asked for so many times, after once that does not count; `postgres` is the number
    of the server's process."""
    app = create_app(some_settings(), sessions=sessions, desk=desk_of_no_engine(sessions))
    post_worker_init(app)
    statements = Statements()
    statements.listen(sessions)
    with sessions() as session:
        pages = [page for page in pages_of(session, cases) if only in page.name]
    for page in pages:
        ask = asking(app.test_client(), sessions, page)
        ask()
        took = []
        before = time.process_time(), seconds_of([postgres])
        for _ in range(times):
            statements.asked.clear()
            began = time.perf_counter()
            ask()
            took.append((time.perf_counter() - began) * 1000)
        python, sql = time.process_time() - before[0], seconds_of([postgres]) - before[1]
        asked = list(statements.asked)
        yield Measured(
            page=page,
            p50=median(took),
            p95=quantiles(took, n=20)[-1],
            statements=len(asked),
            python=python / times * 1000,
            postgres=sql / times * 1000,
        )
        if plans:
            _print_plans(sessions, asked)


def asking(client: FlaskClient, sessions: Sessions, page: Page) -> Callable[[], None]:
    """Asks for the page by whoever opens it, as often as it is called."""
    with sessions.begin() as records:
        key = a_stay(records, page.who)
    with client.session_transaction() as session:
        session["key"] = key
    token = hidden(client.get("/tasks", follow_redirects=True).text, "csrf_token")

    def ask() -> None:
        if page.search:
            answer = client.post("/search", data={"csrf_token": token, "text": page.search})
        elif page.is_sent:
            answer = client.post(page.url, data={"csrf_token": token})
        else:
            answer = client.get(page.url)
        expected = (302,) if page.is_sent else (200, 503)
        assert answer.status_code in expected, (page, answer.status_code)

    return ask


def _print_plans(sessions: Sessions, asked: list[tuple[float, str, Any]]) -> None:
    for took, statement, parameters in asked:
        if took * 1000 < SLOW_MS or not statement.lstrip().lower().startswith(("select", "with")):
            continue
        with sessions() as session:
            cursor = session.connection().connection.cursor()
            cursor.execute(f"explain (analyze, buffers) {statement}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        said = re.sub(r"\s+", " ", statement)
        print(f"--- {took * 1000:.0f} ms\n{said}\n{plan}\n")


def open_records(url: str) -> Sessions:
    return open_database(url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)


def _is_filled(sessions: Sessions) -> bool:
    with sessions() as session:
        return bool(session.scalar(select(func.count()).select_from(CaseRow)))


def _some_references(session: Any) -> tuple[str, tuple[str, str]]:
    """A case, and one that somebody has taken on with who that is."""
    some = session.scalars(select(CaseRow.reference).where(CaseRow.status != "closed")).first()
    taken = session.execute(
        select(CaseRow.reference, CaseRow.handler).where(CaseRow.handler.is_not(None))
    ).first()
    return some, (taken.reference, taken.handler)


def desk_of_no_engine(sessions: Sessions) -> CaseDesk:
    async def away() -> object:
        raise RuntimeError("nobody listens")

    return CaseDesk(sessions, TemporalConnection(away))  # type: ignore[arg-type]


if __name__ == "__main__":
    leave_after(main)
