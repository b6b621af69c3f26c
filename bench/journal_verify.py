"""How long it takes to prove that a journal of a million entries is whole.

python -m bench.journal_verify [ENTRIES]
"""

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from domain.events import Event
from engines.postgres import EmbeddedPostgres
from engines.process_exit import leave_after
from store.chain import GENESIS, digest_of_words, seal, verify
from store.database import Sessions, close_database, migrate, open_database
from store.packs import publish_all
from store.receipts import receive
from store.tables import JournalRow
from tests.builders import a_bank, a_complaint, actor

KEY = b"a key that only this measurement uses"
ENTRIES_A_CASE = 50
AT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
WORDS = {"note": "已与客户电话联系，客户表示上周一下午在柜台排队约一小时。"}
FACTS = {"clock": "reply", "step": "warning-1", "rule": "A-37"}


def main() -> None:
    """Fill a journal, verify it, print the figures."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate(server.url)
            sessions = open_database(server.url, journal_key=KEY)
            _fill(sessions, entries)
            began, worked = time.monotonic(), time.process_time()
            with sessions() as session:
                findings = list(verify(session, KEY, {}))
            seconds, work = time.monotonic() - began, time.process_time() - worked
            print(
                f"{entries} entries verified in {seconds:.1f} s ({work:.1f} s of one processor):"
                f" {len(findings)} findings"
            )
            assert not findings
            close_database(sessions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(sessions: Sessions, entries: int) -> None:
    """Cases with sealed journals, written in bulk: what is measured is reading them."""
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
        template = receive(session, a_complaint(), actor("ines")).reference
    references = [f"B-{number:08d}" for number in range(entries // ENTRIES_A_CASE)]
    with sessions.begin() as session:
        for table, of_case in (
            ("complaints", {"reference": "r", "intake_key": "r"}),
            ("cases", {"reference": "r", "version": str(ENTRIES_A_CASE)}),
        ):
            columns = session.scalars(
                text("select column_name from information_schema.columns where table_name = :t"),
                {"t": table},
            ).all()
            names = ", ".join(f'"{column}"' for column in columns)
            values = ", ".join(of_case.get(column, f'"{column}"') for column in columns)
            session.execute(
                text(
                    f"insert into {table} ({names}) select {values} from {table},"
                    " unnest(cast(:references as text[])) r where reference = :template"
                ),
                {"references": references, "template": template},
            )
    digest = digest_of_words(WORDS)
    for begin in range(0, len(references), 200):
        rows = [row for each in references[begin : begin + 200] for row in _journal(each, digest)]
        with sessions.begin() as session:
            session.execute(insert(JournalRow), rows)


def _journal(reference: str, digest: str) -> list[dict[str, object]]:
    previous, rows = GENESIS, []
    for version in range(1, ENTRIES_A_CASE + 1):
        key = f"k{version}"
        made = seal(KEY, previous, reference, version, key, Event.NOTED, "han", AT, FACTS, digest)
        rows.append(
            {
                "reference": reference,
                "version": version,
                "key": key,
                "event": Event.NOTED,
                "by": "han",
                "at": AT,
                "facts": FACTS,
                "words": WORDS,
                "words_digest": digest,
                "previous_hash": previous,
                "hash": made,
            }
        )
        previous = made
    return rows


if __name__ == "__main__":
    leave_after(main)
