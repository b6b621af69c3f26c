"""Who a customer is lies encrypted: at its place, under keys that can be turned, found by hash."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from config import PersonalKey
from domain.complaint import Complaint
from domain.customers import CustomerField
from domain.mails import Mail, MailStatus
from store.cases.receipts import receive
from store.customers import is_of_customer
from store.database import Sessions, close_database, migrate, open_database
from store.evidence.chain import verify
from store.mail_headers import opened_sender
from store.mails.rows import write_mail
from store.operations.key_rotation import complaints_by_key, rotate_keys
from store.personal import KeyMissing, NotOurs, PersonalField, PersonalRing, Sealed
from store.tables import ComplaintRow, MailRow
from tests.builders import a_bank, a_complaint, actor
from tests.customers import known_of_customer
from tests.older_schema import go_back_before
from tests.settings import PERSONAL_KEYS
from tests.store.erasure.lives import carried, contact_corrected

OLD = PERSONAL_KEYS[0]
NEW = PersonalKey("new", b"another thirty-two bytes, a ring")
PLACE = PersonalField("complaints", "phone", "C-2026-000001")

WANG: dict[CustomerField, str] = {
    CustomerField.NAME: "王小明",
    CustomerField.PHONE: "138 0013 1234",
    CustomerField.EMAIL: "wang.xm@example.com",
    CustomerField.ADDRESS: "浙江省杭州市西湖区文三路1号",
    CustomerField.ACCOUNT: "6222 0212 3456 7890 128",
}


def of_wang(**over: str) -> Complaint:
    said: dict[str, Any] = {**{str(field): text for field, text in WANG.items()}, **over}
    return replace(a_complaint(), **said)


@pytest.fixture
def url(database_with_packs: Callable[[], str]) -> str:
    return database_with_packs()


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., Sessions]]:
    """Opens the database with a ring of keys."""
    held = []

    def with_keys(*keys: PersonalKey) -> Sessions:
        held.append(open_database(url, journal_key=b"k" * 32, personal_keys=keys))
        return held[-1]

    with with_keys(OLD).begin() as session:
        a_bank(session)
    yield with_keys
    for each in held:
        close_database(each)


def whole_row(sessions: Sessions, reference: str) -> str:
    with sessions() as session:
        row = text("select row_to_json(complaints)::text from complaints where reference = :each")
        return str(session.scalar(row, {"each": reference}))


def found_by(sessions: Sessions, typed: str) -> list[str]:
    with sessions() as session:
        condition = is_of_customer(session, typed)
        if condition is None:
            return []
        return sorted(session.scalars(select(ComplaintRow.reference).where(condition)))


def test_a_text_opens_at_its_own_place_under_its_own_key_and_nowhere_else() -> None:
    ring = PersonalRing([NEW, OLD])
    sealed = PersonalRing([OLD]).seal("13800131234", PLACE)
    assert ring.open(sealed, PLACE) == "13800131234"
    assert sealed.key == OLD.id
    assert sealed != PersonalRing([OLD]).seal("13800131234", PLACE), "no two are alike"
    for other in (
        replace(PLACE, column="account"), replace(PLACE, case="C-2026-000002"),
        replace(PLACE, table="people"),
    ):  # fmt: skip
        with pytest.raises(NotOurs):
            ring.open(sealed, other)
    for altered in ("13800131234", sealed.token[:-8] + "AAAAAAA=", "1:test:", "2:test:AAAA"):
        with pytest.raises(NotOurs):
            ring.open(Sealed(altered), PLACE)
    with pytest.raises(KeyMissing, match="no key 'test'"):
        PersonalRing([NEW]).open(sealed, PLACE)
    with pytest.raises(KeyMissing, match="REDRESS_PERSONAL_KEYS is not set"):
        PersonalRing().seal("13800131234", PLACE)


def test_nothing_of_a_customer_can_be_read_out_of_the_tables_and_the_seal_holds(
    opened: Callable[..., Sessions],
) -> None:
    sessions = opened(OLD)
    with sessions.begin() as session:
        reference = receive(session, of_wang(), actor("ines")).reference
    row = whole_row(sessions, reference)
    assert [word for word in (*WANG.values(), "1380013", "wang", "7890") if word in row] == []
    with sessions() as session:
        assert {each: known_of_customer(session, reference, each) for each in WANG} == WANG
        assert list(verify(session, b"k" * 32, {})) == []
        session.execute(
            text("update complaints set phone = account, account = phone where reference = :each"),
            {"each": reference},
        )
        (finding,) = verify(session, b"k" * 32, {})
        assert finding.tampering == "complaint_altered"


def test_keys_are_turned_row_by_row_and_an_end_in_the_middle_loses_nothing(
    opened: Callable[..., Sessions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.operations.key_rotation.ROWS_AT_ONCE", 2)
    with opened(OLD).begin() as session:
        written = [
            receive(session, of_wang(name=f"王{number}"), actor("ines")).reference
            for number in range(5)
        ]
    sessions = opened(NEW, OLD)

    def broken_off(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(sessions, "console", broken_off)
    with sessions() as session:
        assert complaints_by_key(session) == {NEW.id: 2, OLD.id: 3}
    assert found_by(sessions, "13800131234") == written, "found under either key"

    done: list[int] = []
    assert rotate_keys(sessions, "console", done.append) == 3
    assert sum(done) == 5
    only_new = opened(NEW)
    with only_new() as session:
        assert complaints_by_key(session) == {NEW.id: 5}
        assert known_of_customer(session, written[4], CustomerField.NAME) == "王4"
        assert list(verify(session, b"k" * 32, {})) == []
    assert found_by(only_new, "6222021234567890128") == written
    assert rotate_keys(only_new, "console", done.append) == 0


def test_the_keys_of_who_wrote_a_mail_are_turned_with_those_of_the_customers(
    opened: Callable[..., Sessions],
) -> None:
    mail = Mail(
        message_id="<1@example.org>", answers=(), sender_name="王小明",
        sender_address=WANG[CustomerField.EMAIL], subject="", text="",
    )  # fmt: skip
    with opened(OLD).begin() as session:
        now = datetime.now(UTC)
        write_mail(session, mail, key="one", received_at=now, status=MailStatus.WAITING)
    sessions = opened(NEW, OLD)
    with sessions() as session:
        assert complaints_by_key(session) == {OLD.id: 1}
    rotate_keys(sessions, "console", lambda _count: None)
    only_new = opened(NEW)
    with only_new() as session:
        assert complaints_by_key(session) == {NEW.id: 1}
        row = session.scalars(select(MailRow)).one()
        assert opened_sender(session, row) == ("王小明", WANG[CustomerField.EMAIL])
        assert "wang" not in row.sender_address.token


def test_the_key_of_a_contact_that_waits_is_turned_with_them_and_it_can_be_carried_out(
    opened: Callable[..., Sessions],
) -> None:
    sessions = opened(OLD)
    with sessions.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
    waits = contact_corrected(sessions, reference, "marigold", is_carried_out=False)
    with opened(NEW, OLD)() as session:
        assert complaints_by_key(session)[OLD.id] == 2
    rotate_keys(opened(NEW, OLD), "console", lambda _count: None)
    only_new = opened(NEW)
    with only_new.begin() as session:
        assert complaints_by_key(session) == {NEW.id: 2}
        carried(session, reference, waits, "sun")
    with only_new() as session:
        assert complaints_by_key(session) == {NEW.id: 1}
        assert known_of_customer(session, reference, CustomerField.EMAIL) == "marigold@example.net"
        assert list(verify(session, b"k" * 32, {})) == []


def test_an_installation_with_rows_is_encrypted_when_it_is_brought_up_to_date(
    opened: Callable[..., Sessions], url: str
) -> None:
    sessions = opened(OLD)
    with sessions.begin() as session:
        # Of before there were addresses and accounts.
        reference = receive(session, of_wang(address="", account=""), actor("ines")).reference
        anonymous = receive(session, a_complaint(), actor("ines")).reference
    go_back_before(url, "0023")
    assert "138 0013 1234" in whole_row(sessions, reference), "as an older version had it"

    with pytest.raises(KeyMissing, match="REDRESS_PERSONAL_KEYS is not set"):
        migrate(url)
    migrate(url, personal_keys=[OLD])
    assert "138 0013 1234" not in whole_row(sessions, reference)
    assert '"phone":""' in whole_row(sessions, anonymous)
    assert found_by(sessions, "+86 13800131234") == [reference]
    with sessions() as session:
        assert list(verify(session, b"k" * 32, {})) == []
