"""A sealed journal, somebody who tampers with it, and what is found."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from domain.acts import Note
from domain.journal import Change, Entry
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import Sessions, open_database
from store.evidence.chain import Tampering, verify
from store.evidence.checkpoints import read_checkpoints, write_checkpoint
from tests.builders import MONDAY, a_bank, a_command, a_complaint, actor
from tests.settings import PERSONAL_KEYS

KEY = b"the key no administrator of the database has"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_sealing_bank(url: str) -> Sessions:
    """A bank whose journals are sealed."""
    sessions = open_database(url, journal_key=KEY, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
    return sessions


def a_case_with_entries(sessions: Sessions, entries: int) -> str:
    """A case with so many entries in its journal."""
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
    for number in range(1, entries):
        note(sessions, reference, f"note-{number}")
    return reference


def note(sessions: Sessions, reference: str, key: str) -> None:
    """One entry more."""
    with sessions.begin() as session:
        case = standing_of(session, reference).case
        a_command(session, reference, Note(), "han", key=key, words={"note": "said"})
        entry = Entry(key=key, event=Note.event, by="han", at=MONDAY, facts={})
        assert record(
            session, Change(case=replace(case, version=case.version + 1), entry=entry)
        ).written


def take(sessions: Sessions, heads: Path) -> Path:
    """Sign the heads now."""
    return write_checkpoint(sessions, heads, KEY, NOW)


def tamper(sessions: Sessions, *statements: str, guarded: bool = True) -> None:
    """As somebody would who owns the database and covers the tracks."""
    with sessions.begin() as session:
        session.execute(text("alter table journal disable trigger user"))
        for statement in statements:
            session.execute(text(statement))
        if guarded:
            session.execute(text("alter table journal enable trigger user"))


def cut(sessions: Sessions, reference: str, version: int) -> None:
    """Take back everything after a version, so that the case goes on from there."""
    rows = f"where reference = '{reference}'"
    tamper(
        sessions,
        f"delete from journal {rows} and version > {version}",
        f"update cases set version = {version},"
        f" state = jsonb_set(state, '{{version}}', '{version}') {rows}",
    )


def found(sessions: Sessions, heads: Path) -> list[tuple[Tampering, str, int | None]]:
    """Everything a verification finds: what, where, at which entry."""
    with sessions() as session:
        outside = read_checkpoints(session, heads, KEY)
        inside = verify(session, KEY, outside.known)
        return [
            (each.tampering, each.reference, each.version) for each in (*outside.findings, *inside)
        ]


def kinds(sessions: Sessions, heads: Path) -> set[Tampering]:
    """What kinds of tampering are found."""
    return {tampering for tampering, _, _ in found(sessions, heads)}
