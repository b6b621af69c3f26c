"""Notices in the rows: nobody owed a word is forgotten."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from domain.case import Case, HandlingPlan
from domain.classification import Role
from domain.directory import Directory, Person
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.journal import Entry
from domain.notices import Notice, NoticeAudience, notices_for
from rulebook.notices import read_sending, read_words
from store import notice_care, notices
from store.cases.journal import standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import IncidentAssignmentRow, NoticeRow, OutboxRow, TaskRow
from tests.builders import MONDAY, a_case, a_complaint, actor


def a_received_case(sessions: Sessions, **over: str) -> Case:
    with sessions.begin() as session:
        reference = receive(session, a_complaint(**over), actor("ines")).reference
        return standing_of(session, reference).case


def written(sessions: Sessions, case: Case, recipient: str, about: Event) -> NoticeRow:
    """A notice as an entry of that case would bring it."""
    notice = Notice(recipient=recipient, about=about, dedupe_key=str(uuid4()))
    with sessions.begin() as session:
        notices.write_notices(session, case, (notice,))
        notices.write_notices(session, case, (notice,))
        wanted = NoticeRow.dedupe_key == notice.dedupe_key
        return session.scalars(select(NoticeRow).where(wanted)).one()


def tasks_of(sessions: Sessions, case: Case) -> list[tuple[str, str | None]]:
    with sessions() as session:
        rows = session.scalars(select(TaskRow).where(TaskRow.reference == case.reference))
        return [(row.kind, row.person) for row in rows]


def messages_of(sessions: Sessions, row: NoticeRow) -> list[str]:
    with sessions() as session:
        mine = OutboxRow.key.startswith(f"{row.id}/") | (OutboxRow.key == str(row.id))
        return list(session.scalars(select(OutboxRow.key).where(OutboxRow.kind == "notice", mine)))


def test_a_customer_with_an_address_is_written_to(sessions: Sessions) -> None:
    case = a_received_case(sessions, email="wang@example.org")
    row = written(sessions, case, "complainant", Event.EXTENDED)
    assert row.delivery == "pending"
    assert messages_of(sessions, row) == [str(row.id)]
    assert tasks_of(sessions, case) == []


def test_a_customer_with_a_telephone_only_becomes_a_task(sessions: Sessions) -> None:
    case = a_received_case(sessions, phone="010 5550 0100")
    row = written(sessions, case, "complainant", Event.EXTENDED)
    assert row.delivery == "inbox"
    assert messages_of(sessions, row) == []
    assert tasks_of(sessions, case) == [("tell", "ines")]


def test_nobody_tells_a_customer_about_a_complaint_against_themselves(sessions: Sessions) -> None:
    """S-09: the clerk who took it down is the one complained about; the next person up tells."""
    case = a_received_case(sessions, phone="010 5550 0100", person_complained_about="ines")
    written(sessions, case, "complainant", Event.COMMITTED)
    assert tasks_of(sessions, case) == [("tell", "sun")]


def test_a_customer_who_has_been_told_is_no_task_any_more(sessions: Sessions) -> None:
    case = a_received_case(sessions, phone="010 5550 0100")
    written(sessions, case, "complainant", Event.REPLIED)
    with sessions.begin() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.reference == case.reference)).one()
        notice_care.told(session, task.id, actor("ines"))
    assert task.done_by == "ines"


def test_nobody_has_to_tell_a_customer_nobody_can_reach(sessions: Sessions) -> None:
    case = a_received_case(sessions)
    written(sessions, case, "complainant", Event.EXTENDED)
    assert tasks_of(sessions, case) == []


def test_the_department_that_handed_it_over_is_told_by_a_person(sessions: Sessions) -> None:
    case = a_received_case(sessions)
    written(sessions, case, "sender", Event.EXTENDED)
    assert tasks_of(sessions, case) == [("tell", "ines")]


def test_what_a_customer_is_owed_becomes_a_task_when_the_mail_is_dead(sessions: Sessions) -> None:
    case = a_received_case(sessions, email="wang@example.org")
    row = written(sessions, case, "complainant", Event.REPLIED)
    with sessions.begin() as session:
        notices.give_up(session, row.id)
        notices.give_up(session, row.id)
    assert tasks_of(sessions, case) == [("dead_notice", None), ("tell", "ines")]


def test_a_dead_notice_is_tried_again_once_and_by_those_who_may(sessions: Sessions) -> None:
    case = a_received_case(sessions, email="wang@example.org")
    row = written(sessions, case, "complainant", Event.CLOSED)
    with sessions.begin() as session:
        notices.give_up(session, row.id)
    with pytest.raises(Refused) as refused, sessions.begin() as session:
        notice_care.try_again(session, row.id, actor("han"))
    assert refused.value.code is Refusal.NOT_YOUR_ROLE
    with sessions.begin() as session:
        notice_care.try_again(session, row.id, actor("ada"))
    with pytest.raises(Refused) as refused, sessions.begin() as session:
        notice_care.try_again(session, row.id, actor("ada"))
    assert refused.value.code is Refusal.NOTICE_NOT_DEAD
    assert f"{row.id}/1" in messages_of(sessions, row)


def test_a_forgotten_notice_is_remembered_and_a_living_one_left_alone(sessions: Sessions) -> None:
    sending = read_sending()
    case = a_received_case(sessions, email="wang@example.org")
    living = written(sessions, case, "complainant", Event.REPLIED)
    forgotten = written(sessions, case, "complainant", Event.CLOSED)
    long_ago = func.now() - timedelta(seconds=sending.forgotten_after_seconds + 1)
    with sessions.begin() as session:
        for row in (living, forgotten):
            session.query(OutboxRow).filter_by(kind="notice", key=str(row.id)).delete()
            session.get_one(NoticeRow, row.id).written_at = long_ago
        session.get_one(NoticeRow, living.id).tried_at = func.now()
    with sessions.begin() as session:
        notices.remember_forgotten(session, sending)
    assert messages_of(sessions, forgotten) == [str(forgotten.id)]
    assert messages_of(sessions, living) == []


def taken_up(sessions: Sessions, row: NoticeRow, carrier: str) -> list[int]:
    with sessions.begin() as session:
        at_most = timedelta(seconds=read_sending().seconds_for_one_try)
        return [each.notice_id for each in notices.take_up(session, [row.id], carrier, at_most)]


def test_one_that_came_back_is_taken_up_by_whoever_sends_it_again(sessions: Sessions) -> None:
    case = a_received_case(sessions, email="wang@example.org")
    row = written(sessions, case, "complainant", Event.CLOSED)
    assert taken_up(sessions, row, "notices/first") == [row.id]
    with sessions.begin() as session:
        notices.sent(session, row.id, "mail")
        notices.came_back(session, row.id, "DSN 5.1.1", "no such mailbox")
    with sessions.begin() as session:
        notice_care.try_again(session, row.id, actor("ada"))
    assert taken_up(sessions, row, "notices/second") == [row.id]


def test_word_of_no_case_that_came_back_is_nobodys_to_mend(sessions: Sessions) -> None:
    with sessions.begin() as session:
        given = IncidentAssignmentRow(
            incident=uuid4().hex[:16], cause="run_gone", cases=[], person="ada", assigned_by="hong",
            ended_at=func.now(), ended_by="redress", outcome="over",
        )  # fmt: skip
        session.add(given)
        session.flush()
        notices.write_word_of_incident(session, given.id, Event.INCIDENT_ASSIGNED, ["ada"])
        row = session.scalars(select(NoticeRow).where(NoticeRow.incident == given.id)).one()
    with sessions.begin() as session:
        notices.sent(session, row.id, "mail")
    with sessions.begin() as session:
        notices.came_back(session, row.id, "DSN 5.1.1", "no such mailbox")
    with sessions() as session:
        assert session.get_one(NoticeRow, row.id).delivery == "inbox"


def test_one_that_was_lost_in_the_middle_of_a_try_is_taken_up_by_another(
    sessions: Sessions,
) -> None:
    sending = read_sending()
    case = a_received_case(sessions, email="wang@example.org")
    row = written(sessions, case, "complainant", Event.CLOSED)
    assert taken_up(sessions, row, "notices/lost") == [row.id]
    with sessions.begin() as session:
        session.query(OutboxRow).filter_by(kind="notice", key=str(row.id)).delete()
        long_ago = func.now() - timedelta(seconds=sending.forgotten_after_seconds + 1)
        session.get_one(NoticeRow, row.id).tried_at = long_ago
    with sessions.begin() as session:
        notices.remember_forgotten(session, sending)
    assert taken_up(sessions, row, "notices/next") == [row.id]


def test_whatever_anybody_is_told_has_words_in_both_languages() -> None:
    sun = Person(id="sun", unit="harbour-outlet", roles=(Role.SUPERVISOR,), on_duty=True)
    directory = Directory(units={}, people={"sun": sun})
    plan = HandlingPlan(person="han", until_at=MONDAY, by="sun", at=MONDAY)
    case = replace(a_case(), handler="han", sender="sender", plans=(plan,))
    words = read_words()
    for event in Event:
        entry = Entry(key="1", event=event, by="somebody", at=MONDAY, facts={})
        of_requests = Event.SECOND_PERSON_ASKED, Event.SECOND_PERSON_ANSWERED
        if event in of_requests:
            assert words.covers(NoticeAudience.STAFF, event)
        for notice in notices_for(case, entry, directory, "sun"):
            audience = NoticeAudience.of(notice.recipient)
            assert words.covers(audience, event), f"no words for {audience}: {event}"
