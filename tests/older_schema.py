"""A database as an older version of Redress left it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import store
from store.personal import PersonalRing
from tests.settings import PERSONAL_KEYS


def go_back_before(url: str, revision: str) -> None:
    """Take the schema, and what is in it, back to what it was before that migration."""
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    config.attributes.update(url=url, personal_ring=PersonalRing(PERSONAL_KEYS))
    before = ScriptDirectory.from_config(config).get_revision(revision).down_revision
    assert isinstance(before, str)
    command.downgrade(config, before)
