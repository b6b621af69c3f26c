"""A bank that has switched penalties on, in a pack of its own."""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from rulebook.packs import POLICIES
from store.policies.packs import publish

FINING = "fining-bank"
TEXT = f"""
pack: {FINING}
extends: trial-three-hotlines
title: {{en: A bank that fines people, zh: 实行处罚的银行}}
findings:
  penalties: {{value: true, rule: bank}}
  rule: C-19
"""


def publish_fining(session: Session, folder: Path) -> str:
    """Put the pack in force; `folder` is for its file beside those it builds on."""
    for path in POLICIES.glob("*.yaml"):
        shutil.copy(path, folder)
    (folder / f"{FINING}.yaml").write_text(TEXT, encoding="utf-8")
    publish(session, FINING, folder)
    return FINING
