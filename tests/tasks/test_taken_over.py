"""Charges from before tasks had a page are taken over by the migration."""

from collections.abc import Callable

from sqlalchemy import select

from domain.acts import ReportMedia
from domain.classification import MediaReach
from store.database import close_database, migrate, open_database
from store.tables import NoticeRow, TaskRow
from tests.bank import WHOLE
from tests.mail_sink import MailSink
from tests.older_schema import go_back_before
from tests.settings import PERSONAL_KEYS
from tests.tasks.work import Work


def test_an_open_charge_from_before_is_found_in_the_inbox_and_keeps_its_office(
    database_with_packs: Callable[[], str], sink: MailSink
) -> None:
    url = database_with_packs()
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        WHOLE.moves_into(session)
    work = Work(sessions, sink)
    reference = work.received("head-office")
    work.does(reference, ReportMedia(reach=MediaReach.LOCAL), "han")
    close_database(sessions)

    go_back_before(url, "0017")  # when a charge was a row that nobody read
    migrate(url, personal_keys=PERSONAL_KEYS)

    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions() as session:
        (task,) = session.scalars(select(TaskRow).where(TaskRow.kind == "duty"))
        assert (task.person, task.unit, task.is_held) == ("max", "bay-branch", True)
        assert task.facts["asks"] == []
        word = select(NoticeRow).where(NoticeRow.task.is_not(None))
        (notice,) = session.scalars(word)
        assert (notice.recipient, notice.about, notice.delivery) == ("max", "task_given", "inbox")
        assert f"{reference}/{notice.task}" == task.key
    close_database(sessions)
