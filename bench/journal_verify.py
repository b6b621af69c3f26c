"""How long it takes to prove that a journal of a million entries is whole.

    python -m bench.journal_verify [ENTRIES]

The heads of all cases are read and held against the journals too, as `redress audit verify` does.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import insert, text

from cli.progress import progress_of
from domain.events import Event
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from store.cases.receipts import receive
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.evidence.chain import GENESIS, digest_of_words, seal, verify
from store.evidence.checkpoints import read_checkpoints, write_checkpoint
from store.policies.packs import publish_all
from store.tables import JournalRow
from tests.builders import a_bank, a_complaint, actor
from tests.settings import PERSONAL_KEYS

KEY = b"a key that only this measurement uses"
ENTRIES_A_CASE = 50
SIDE_BY_SIDE = 1_000
"""Cases open at the same time: their entries are written in turns, so none lies beside its next."""
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
            migrate_as_owner(server.owner_url, server.url)
            sessions = open_database(server.url, journal_key=KEY, personal_keys=PERSONAL_KEYS)
            _fill(sessions, entries)
            write_checkpoint(sessions, folder / "heads", KEY, datetime.now(UTC))
            _verify(sessions, folder / "heads", entries)
            close_database(sessions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _verify(sessions: Sessions, heads: Path, entries: int) -> None:
    began, worked = time.monotonic(), time.process_time()
    with sessions() as session, progress_of("verifying", entries) as (progress, task):
        outside = read_checkpoints(session, heads, KEY)
        inside = list(verify(session, KEY, outside.known, partial(progress.advance, task)))
    seconds, work = time.monotonic() - began, time.process_time() - worked
    print(
        f"{entries} entries and {outside.count} heads verified in {seconds:.1f} s"
        f" ({work:.1f} s of one processor): {len(inside)} findings"
    )
    assert not inside
    assert not outside.findings


def _fill(sessions: Sessions, entries: int) -> None:
    """Cases with sealed journals, written in bulk: what is measured is reading them."""
    began = time.monotonic()
    references = [f"B-{number:08d}" for number in range(entries // ENTRIES_A_CASE)]
    _copy_a_case(sessions, references)
    digest = digest_of_words(WORDS)
    with progress_of("filling", len(references)) as (progress, task):
        for begin in range(0, len(references), SIDE_BY_SIDE):
            some = references[begin : begin + SIDE_BY_SIDE]
            with sessions.begin() as session:
                for rows in zip(*(_journal(each, digest) for each in some), strict=True):
                    session.connection().execute(insert(JournalRow), rows)
            progress.advance(task, len(some))
    print(f"{entries} entries written in {time.monotonic() - began:.1f} s", flush=True)


def _copy_a_case(sessions: Sessions, references: list[str]) -> None:
    """A case for each reference, alike in everything else."""
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
        template = receive(session, a_complaint(), actor("ines")).reference
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


def _journal(reference: str, digest: str) -> Iterator[dict[str, object]]:
    previous = GENESIS
    for version in range(1, ENTRIES_A_CASE + 1):
        key = f"k{version}"
        made = seal(KEY, previous, reference, version, key, Event.NOTED, "han", AT, FACTS, digest)
        yield {
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
        previous = made


if __name__ == "__main__":
    leave_after(main)
