"""Charges from before tasks had a page are taken over by the migration."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import select

import store
from domain.acts import ReportMedia
from domain.classification import MediaReach
from store.database import close_database, migrate, open_database
from store.policies.packs import publish_all
from store.tables import NoticeRow, TaskRow
from tests.bank import WHOLE
from tests.mail_sink import MailSink
from tests.tasks.work import Work


def test_an_open_charge_from_before_is_found_in_the_inbox_and_keeps_its_office(
    new_database: Callable[[], str], sink: MailSink
) -> None:
    url = new_database()
    sessions = open_database(url)
    with sessions.begin() as session:
        publish_all(session)
        WHOLE.moves_into(session)
    work = Work(sessions, sink)
    reference = work.received("head-office")
    work.does(reference, ReportMedia(reach=MediaReach.LOCAL), "han")
    close_database(sessions)

    _go_back_before_tasks(url)
    migrate(url)

    sessions = open_database(url)
    with sessions() as session:
        (task,) = session.scalars(select(TaskRow).where(TaskRow.kind == "duty"))
        assert (task.person, task.unit, task.is_held) == ("max", "bay-branch", True)
        assert task.facts["asks"] == []
        word = select(NoticeRow).where(NoticeRow.task.is_not(None))
        (notice,) = session.scalars(word)
        assert (notice.recipient, notice.about, notice.delivery) == ("max", "task_given", "inbox")
        assert f"{reference}/{notice.task}" == task.key
    close_database(sessions)


def _go_back_before_tasks(url: str) -> None:
    """The schema as it was when a charge was a row that nobody read."""
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    config.attributes["url"] = url
    before = ScriptDirectory.from_config(config).get_revision("0025").down_revision
    assert isinstance(before, str)
    command.downgrade(config, before)
