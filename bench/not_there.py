"""Whether the time of an answer tells a case that is not there from one that is not yours.

    python -m bench.not_there [TIMES]

Each door is asked by turns for a case that is absent and for one that is hidden, by somebody to
whom it is about, restricted, another's or far away. Ends with status 1 when a median differs by
more than a tenth.
"""

import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

from sqlalchemy import update

from desk.cases import CaseDesk
from domain.case import Milestone, Reached
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from engine.connection import TemporalConnection
from rulebook.attachments import read_limits
from store.cases.journal import standing_of
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.files.attachments import AttachmentFolder
from store.policies.packs import publish_all
from store.tables import CaseRow
from store.values import CASE, to_json
from tests.access.asking import Bank, Browser
from tests.access.cast import VISITORS, people_the_bank, plots, tell
from tests.builders import MONDAY
from tests.settings import PERSONAL_KEYS, some_settings
from web import create_app

TIMES = 200
AT_MOST = 0.10
WARM_UP = 10
ABSENT = "C-2026-999999"
LONG = 400
"""Milestones of the hidden case that has gone on for years."""

DOORS = (
    ("case page", "get", "/cases/{}"),
    ("history", "get", "/cases/{}/history"),
    ("files", "get", "/cases/{}/attachments"),
    ("note", "send", "/cases/{}/acts/note"),
    ("draft", "get", "/reports/{}/step/reply/regulator"),
    ("repair", "get", "/admin/failed/{}/points"),
)

HIDDEN = (
    ("p-handler-near", "about-p-handler-near", ("case page", "history", "files", "note")),
    ("p-handler-near", "handled-by-a-colleague", ("case page", "history", "files", "note")),
    ("p-handler-near", "the-other-branch", ("case page", "files")),
    ("p-supervisor-near", "handed-to-security", ("case page", "history", "files", "note")),
    ("p-union-near", "nobodys", ("case page", "files", "note")),
    ("p-regulator_liaison-near", "about-p-regulator_liaison-near", ("case page", "draft")),
    ("p-administrator-near", "about-p-administrator-near", ("case page", "repair")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The medians of one door, in milliseconds."""

    door: str
    who: str
    hidden: str
    absent_ms: float
    hidden_ms: float

    @property
    def apart(self) -> float:
        return abs(self.hidden_ms - self.absent_ms) / self.absent_ms


def main() -> None:
    """Ask, print the medians, and say whether they are alike."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url)
            sessions = open_database(
                server.owner_url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
            )
            found = list(_measure(_bank(sessions, folder), sessions, times))
            close_database(sessions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for each in found:
        print(
            f"{each.door:10} {each.who:26} {each.hidden:32} absent {each.absent_ms:6.2f} ms,"
            f" hidden {each.hidden_ms:6.2f} ms, apart {each.apart:5.1%}"
        )
    worst = max(each.apart for each in found)
    print(f"{len(found)} doors, medians of {times}: at most {worst:.1%} apart")
    sys.exit(worst > AT_MOST)


def _measure(bank: Bank, sessions: Sessions, times: int) -> Iterator[Measured]:
    ways = {door: (how, url) for door, how, url in DOORS}
    for who, kind, doors in HIDDEN:
        browser = bank.browser(VISITORS[who])
        reference = bank.cases[kind].reference
        _let_grow_long(sessions, reference)
        for door in doors:
            how, url = ways[door]
            absent, hidden = _by_turns(browser, how, url, reference, times)
            yield Measured(door=door, who=who, hidden=kind, absent_ms=absent, hidden_ms=hidden)


def _by_turns(
    browser: Browser, how: str, url: str, reference: str, times: int
) -> tuple[float, float]:
    """The medians for a case that is absent and for one that is hidden. By turns, so that whatever
    else the machine does falls on both; and each goes first as often."""
    ask = getattr(browser, how)
    took: dict[str, list[float]] = {ABSENT: [], reference: []}
    for number in range(times + WARM_UP):
        pair = (ABSENT, reference) if number % 2 else (reference, ABSENT)
        for each in pair:
            began = time.perf_counter()
            answer = ask(url.format(each))
            passed = time.perf_counter() - began
            assert answer.status_code == 404, (url, each, answer.status_code)
            if number >= WARM_UP:
                took[each].append(passed * 1000)
    gc.collect()
    return median(took[ABSENT]), median(took[reference])


def _let_grow_long(sessions: Sessions, reference: str) -> None:
    """The hidden case has a long story: what hides it is asked of a large row."""
    with sessions.begin() as session:
        case = standing_of(session, reference).case
        story = tuple(Reached(milestone=Milestone.URGED, at=MONDAY) for _ in range(LONG))
        state = to_json(CASE, case) | {"milestones": to_json(CASE, case)["milestones"]}
        state["milestones"] += [{"milestone": each.milestone, "at": str(each.at)} for each in story]
        session.execute(update(CaseRow).where(CaseRow.reference == reference).values(state=state))


def _bank(sessions: Sessions, folder: Path) -> Bank:
    with sessions.begin() as session:
        publish_all(session)
        people_the_bank(session)
    settings = some_settings(REDRESS_VAR_DIR=str(folder / "var"))
    files = AttachmentFolder(settings.attachments_dir)
    with files.laid_down(BytesIO(b"%PDF-1.7\n%%EOF\n"), "statement.pdf", read_limits()) as kept:
        digest = kept.digest
    cases = {}
    wanted = {kind for _, kind, _ in HIDDEN}
    for plot in plots():
        if plot.name in wanted:
            with sessions.begin() as session:
                cases[plot.name] = tell(session, plot, digest)

    async def away() -> object:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)  # type: ignore[arg-type]
    app = create_app(settings, sessions=sessions, desk=CaseDesk(sessions, connection))
    return Bank(app, connection, cases, sessions)


if __name__ == "__main__":
    leave_after(main)
