"""A pack of the head office under which a second person reads the answer to a customer, and word on
how the case stands, before they go out."""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from rulebook.packs import POLICIES
from store.policies.packs import publish

READ_BY_TWO = "read-by-two"


def publish_read_by_two(session: Session, folder: Path) -> None:
    """Put it in force, from a folder of its own."""
    for file in POLICIES.glob("*.yaml"):
        shutil.copy(file, folder)
    pack = (
        f"pack: {READ_BY_TWO}\n"
        "extends: head-office\n"
        "title: {en: Read by two, zh: 双人复核}\n"
        "about: {en: Answers are read twice., zh: 答复须经复核。}\n"
        "letters:\n"
        "  read_by_two: {value: [final-reply, progress], rule: bank}\n"
    )
    (folder / f"{READ_BY_TWO}.yaml").write_text(pack, encoding="utf-8")
    publish(session, READ_BY_TWO, folder)
