"""Packs for the board as they were made: kept whole, filed by the year they end in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Role
from domain.complaint import Language
from domain.paging import PageOf, bounds_of
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.relations import Reader
from store.evidence.audit import Action, note
from store.notices import write_word_of_board_pack
from store.people.directory import read_directory
from store.reads.analysis.figures import asked_of, counts_all
from store.scope import reader_in
from store.tables import BoardPackRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePack:
    """A pack that was just printed: what it is of, and the file."""

    unit: str | None
    """With those below it; None when it is of the whole bank."""
    units: frozenset[str]
    """All whose complaints are counted."""
    begins: date
    ends: date
    language: Language
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPack:
    """A pack as the file of its year lists it."""

    number: int
    unit: str | None
    begins: date
    ends: date
    language: Language
    made_by: str
    made_at: datetime
    digest: str
    is_open: bool
    """Whether this reader may have everything counted that it tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacksOfYear(PageOf[FiledPack]):
    """One page of the file of a year."""

    year: int


class NotAsFiled(Exception):
    """The file is not the one that was made; it is not handed out."""


def file_board_pack(session: Session, made: MadePack, reader: Reader) -> bool:
    """Keep a pack, note its digest, and send word to who leads where it is read; False for one that
    this person has filed before, to the byte."""
    digest = sha256(made.content).hexdigest()
    number = session.scalar(
        insert(BoardPackRow)
        .values(
            unit=made.unit,
            units=sorted(made.units),
            begins=made.begins,
            ends=made.ends,
            language=made.language,
            made_by=reader.person,
            digest=digest,
            content=made.content,
        )
        .on_conflict_do_nothing()
        .returning(BoardPackRow.number)
    )
    if number is None:
        return False
    _note(session, Action.FILED_BOARD_PACK, reader, number, digest)
    _tell_leaders(session, session.get_one(BoardPackRow, number))
    return True


def _tell_leaders(session: Session, pack: BoardPackRow) -> None:
    """Word to whoever leads the unit, or the nearest above it where somebody leads who may open the
    pack; whoever made it knows."""
    directory = read_directory(session)
    parents = {each.id: each.parent for each in directory.units.values()}
    unit = pack.unit or next(each for each, parent in parents.items() if parent is None)
    for place in directory.line_of(unit):
        level = directory.units[place].level
        leaders = (
            reader_in(parents, Actor(person=each.id, roles=each.roles, unit=place, level=level))
            for each in directory.holders_in(place, Role.LEADER)
        )
        found = [each.person for each in leaders if _may_open(session, each, pack)]
        if found:
            others = [each for each in found if each != pack.made_by]
            write_word_of_board_pack(session, pack.number, others)
            return


def years_of_packs(session: Session, reader: Reader, units: Collection[str]) -> tuple[int, ...]:
    """The years in which packs end that this person may know of, latest first."""
    year = extract("year", BoardPackRow.ends)
    years = session.scalars(
        select(year).where(_known_to(reader, units)).distinct().order_by(year.desc())
    )
    return tuple(int(each) for each in years)


def packs_of_year(
    session: Session, reader: Reader, units: Collection[str], year: int, page: int
) -> PacksOfYear:
    """The packs that end in a year: those that this person has made, and those of others over units
    that are all this person's to answer for; the newest first."""
    shown = _known_to(reader, units) & (extract("year", BoardPackRow.ends) == year)
    count = session.scalar(select(func.count()).select_from(BoardPackRow).where(shown)) or 0
    rows = session.scalars(
        select(BoardPackRow)
        .where(shown)
        .order_by(BoardPackRow.made_at.desc(), BoardPackRow.number.desc())
        .slice(*bounds_of(page))
    )
    lines = tuple(_filed(session, reader, row) for row in rows)
    return PacksOfYear(year=year, lines=lines, count=count, page=page)


def find_board_pack(
    session: Session, reader: Reader, units: Collection[str], number: int
) -> FiledPack | None:
    """One of these that this person may open; None for any other."""
    row = session.scalar(
        select(BoardPackRow).where(BoardPackRow.number == number, _known_to(reader, units))
    )
    found = _filed(session, reader, row) if row is not None else None
    return found if found is not None and found.is_open else None


def read_board_pack(session: Session, pack: FiledPack) -> bytes:
    """The file, to the byte as it was made. Raises `NotAsFiled` when it is another now."""
    content = session.scalars(
        select(BoardPackRow.content).where(BoardPackRow.number == pack.number)
    ).one()
    if sha256(content).hexdigest() != pack.digest:
        raise NotAsFiled(str(pack.number))
    return content


def note_pack(session: Session, action: Action, pack: FiledPack, reader: Reader) -> None:
    """What somebody did with a pack."""
    _note(session, action, reader, pack.number, pack.digest)


def _known_to(reader: Reader, units: Collection[str]) -> ColumnElement[bool]:
    theirs: ColumnElement[bool] = BoardPackRow.units.contained_by(sorted(units))
    return theirs | (BoardPackRow.made_by == reader.person)


def _may_open(session: Session, reader: Reader, pack: BoardPackRow) -> bool:
    """Whether somebody answers for all of its units and may have everything counted that it tells;
    whoever made it may in any case."""
    if pack.made_by == reader.person:
        return True
    mine = units_for(Permission.ANSWER_FOR_REPORTS, reader, pack.units)
    asked = asked_of(pack.begins, pack.ends, pack.units)
    return mine.issuperset(pack.units) and counts_all(session, reader, asked)


def _filed(session: Session, reader: Reader, row: BoardPackRow) -> FiledPack:
    return FiledPack(
        number=row.number,
        unit=row.unit,
        begins=row.begins,
        ends=row.ends,
        language=Language(row.language),
        made_by=row.made_by,
        made_at=row.made_at,
        digest=row.digest,
        is_open=_may_open(session, reader, row),
    )


def _note(session: Session, action: Action, reader: Reader, number: int, digest: str) -> None:
    note(session, action, by=reader.person, subject=f"board-pack-{number}", digest=digest)
