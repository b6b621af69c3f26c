"""Erasure takes everything out that people wrote, leaves the rest, and stays provable."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from domain.customers import CustomerField
from domain.errors import Refused
from domain.retention import TextStore
from store.cases.receipts import receive
from store.database import Sessions
from store.erasure.texts import count_texts, erase_leftovers
from store.evidence.chain import Tampering
from store.reads.customer import reveal_customer
from store.scope import open_case
from store.tables import ContactCorrectionRow
from tests.builders import a_complaint, actor, reader
from tests.store.erasure.lives import (
    MARK,
    a_closed_case,
    carried,
    contact_corrected,
    erased,
    whole_dump,
)
from tests.store.evidence.sealed import found, tamper


@pytest.fixture
def case(sessions: Sessions) -> str:
    reference = a_closed_case(sessions)
    with sessions.begin() as session:
        opened = open_case(session, reader("sun"), reference)
        assert opened is not None
        reveal_customer(session, opened, [CustomerField.NAME], MARK)
    return reference


def test_nothing_of_what_was_written_is_left_in_any_table(sessions: Sessions, case: str) -> None:
    assert MARK in whole_dump(sessions), "this looks in the right place"
    erased(sessions, case)
    assert MARK not in whole_dump(sessions)


def test_nothing_is_left_of_a_contact_that_was_corrected_or_is_being_corrected(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    contact_corrected(sessions, case, is_carried_out=True)
    waits = contact_corrected(sessions, case, "heliotrope-42", is_carried_out=False)
    erased(sessions, case)
    with sessions.begin() as session, pytest.raises(Refused):
        carried(session, case, waits, "sun")
    with sessions.begin() as session:
        erase_leftovers(session, case)
        kept = session.scalars(select(ContactCorrectionRow.said)).all()
    assert kept == []
    left = whole_dump(sessions)
    assert MARK not in left
    assert "heliotrope" not in left.replace(waits, "")
    assert found(sessions, tmp_path) == []


def test_a_dry_run_counts_what_would_go_and_takes_nothing(sessions: Sessions, case: str) -> None:
    before = whole_dump(sessions)
    with sessions() as session:
        assert count_texts(session, [case]) == {
            TextStore.COMPLAINT: 1,
            TextStore.JOURNAL: 6,
            TextStore.COMMANDS: 6,
            TextStore.FILES: 1,
            TextStore.NOTICES: 3,
            TextStore.LOOKS: 1,
        }
    assert whole_dump(sessions) == before


def test_the_entry_says_what_went_and_by_whose_agreement(sessions: Sessions, case: str) -> None:
    erased(sessions, case)
    with sessions() as session:
        facts = session.scalar(
            text("select facts from journal where reference = :case and event = 'erased'"),
            {"case": case},
        )
    assert facts["approved_by"] == "hong"
    assert facts["taken_out"] == (
        "complaint 1, journal 6, commands 7, requests 1, files 1, notices 3, looks 1"
    )


def test_the_chain_proves_an_erased_case_and_the_one_beside_it(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    other = a_closed_case(sessions, word="untouched-1234")
    erased(sessions, case)
    assert found(sessions, tmp_path) == []
    assert whole_dump(sessions).count("untouched-1234") > 10
    with sessions() as session:
        assert count_texts(session, [other])[TextStore.JOURNAL] == 6


def test_columns_emptied_without_that_entry_count_as_altered(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    tamper(
        sessions,
        "update complaints set narrative = '', contents = null",
        "update journal set words = null where version = 3",
    )
    assert found(sessions, tmp_path) == [
        (Tampering.WORDS_ALTERED, case, 3),
        (Tampering.COMPLAINT_ALTERED, case, 1),
    ]


def test_whatever_comes_back_into_an_erased_case_is_found(
    sessions: Sessions, case: str, tmp_path: Path
) -> None:
    erased(sessions, case)
    tamper(
        sessions,
        "update complaints set subject = 'again'",
        """update journal set words = '{"note": "again"}' where version = 3""",
    )
    assert found(sessions, tmp_path) == [
        (Tampering.ERASURE_UNDONE, case, 3),
        (Tampering.COMPLAINT_ALTERED, case, 1),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set words = null",
        """update journal set words = '{"note": "other"}'""",
        "update journal set facts = '{}'",
        "update audit set facts = facts - 'reason'",
        "update audit set by = 'somebody'",
    ],
)
def test_no_text_goes_without_the_agreement_of_two(
    sessions: Sessions, case: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        """update journal set words = '{"note": "other"}'""",
        "update journal set words = null, by = 'somebody'",
        "update journal set facts = '{}'",
        "delete from journal",
        "update audit set facts = '{}'",
        "update audit set facts = facts - 'reason', by = 'somebody'",
    ],
)
def test_the_agreement_lets_nothing_else_through(
    sessions: Sessions, case: str, statement: str
) -> None:
    erased(sessions, case)
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text(statement))


def test_the_same_row_of_a_file_is_known_again_and_brings_nothing_back(
    sessions: Sessions, tmp_path: Path
) -> None:
    case = a_closed_case(sessions, intake_key=f"old-system/{MARK}")
    erased(sessions, case)
    with sessions.begin() as session:
        again = receive(
            session, a_complaint(intake_key=f"old-system/{MARK}", name=MARK), actor("ines")
        )
    assert (again.reference, again.is_new) == (case, False)
    assert MARK not in whole_dump(sessions)
