"""Policy packs as they were published: versions that never change, of each pack one in force for
new complaints."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.errors import NotFit
from domain.policy import Pack
from rulebook.pack_text import parse
from rulebook.packs import POLICIES, read_all_packs, read_pack, version_of, with_dates
from store.tables import PolicyVersionRow


def publish(session: Session, name: str, folder: Path = POLICIES) -> str:
    """Make a pack usable for new complaints; raises `NotFit`. Again, it changes nothing."""
    version, text = read_fit(name, folder)
    publish_text(session, name, version, text)
    return version


def read_fit(name: str, folder: Path = POLICIES) -> tuple[str, dict[str, Any]]:
    """What a pack of the folder would be called, and its text as it would be kept; raises `NotFit`
    for one that is not fit for use."""
    _, text = read_pack(name, folder)
    kept: dict[str, Any] = json.loads(json.dumps(text, default=str))
    return version_of(name, text), kept


def publish_text(session: Session, name: str, version: str, text: dict[str, Any]) -> None:
    """Put just this text in force for new complaints."""
    session.execute(
        update(PolicyVersionRow)
        .where(PolicyVersionRow.name == name, PolicyVersionRow.version != version)
        .values(is_current=False)
    )
    session.execute(
        insert(PolicyVersionRow)
        .values(
            version=version,
            name=name,
            text=text,
            is_current=True,
            waiting_is_read=parse(with_dates(text)).waiting_is_read,
        )
        .on_conflict_do_update(index_elements=["version"], set_={"is_current": True})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of the packs of a folder."""

    unfit: Mapping[str, NotFit]
    """Those that are not fit for use, with their faults."""
    differ: tuple[str, ...]
    """Those of which another text is in force: that is changed by two people, and not by setting a
    new version of the program up."""


def publish_all(session: Session, folder: Path = POLICIES) -> Published:
    """Put every pack in force that is fit for use and of which no version is in force yet."""
    unfit: dict[str, NotFit] = {}
    differ: list[str] = []
    for name, pack in read_all_packs(folder).items():
        if isinstance(pack, NotFit):
            unfit[name] = pack
            continue
        before = current_version(session, name)
        if before is None:
            publish(session, name, folder)
        elif before != read_fit(name, folder)[0]:
            differ.append(name)
    return Published(unfit=unfit, differ=tuple(differ))


def current_version(session: Session, name: str) -> str | None:
    """The version of a pack that new complaints are received under."""
    return session.scalar(
        select(PolicyVersionRow.version).where(
            PolicyVersionRow.name == name, PolicyVersionRow.is_current
        )
    )


def current_text(session: Session, name: str) -> dict[str, Any] | None:
    """The text of the version of a pack that is in force; None when there is none."""
    return session.scalar(
        select(PolicyVersionRow.text).where(
            PolicyVersionRow.name == name, PolicyVersionRow.is_current
        )
    )


def current_packs(session: Session) -> list[Pack]:
    """Every pack that new complaints may be received under."""
    versions = session.scalars(
        select(PolicyVersionRow.version)
        .where(PolicyVersionRow.is_current)
        .order_by(PolicyVersionRow.name)
    )
    return [published_pack(session, version) for version in versions.all()]


_published: dict[str, Pack] = {}
"""Published versions never change, so each is parsed once a process."""


def published_pack(session: Session, version: str) -> Pack:
    """The pack a case was received under, exactly as it was published."""
    if version not in _published:
        row = session.get_one(PolicyVersionRow, version)
        _published[version] = parse(with_dates(row.text))
    return _published[version]
