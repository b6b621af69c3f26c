"""Policy packs: read from YAML with every fault at once, published as immutable versions."""

import json
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
    pack, text = read_pack(name, folder)
    version = version_of(name, text)
    stored = json.loads(json.dumps(text, default=str))
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
            text=stored,
            is_current=True,
            waiting_is_read=pack.waiting_is_read,
        )
        .on_conflict_do_update(index_elements=["version"], set_={"is_current": True})
    )
    return version


def publish_all(session: Session, folder: Path = POLICIES) -> dict[str, NotFit]:
    """Publish every pack that is fit for use; returns those that are not, with their faults."""
    unfit: dict[str, NotFit] = {}
    for name, pack in read_all_packs(folder).items():
        if isinstance(pack, NotFit):
            unfit[name] = pack
        else:
            publish(session, name, folder)
    return unfit


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
