"""Commands: what a person asked for is kept once, with its words, and answered once."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from domain.acts import (
    AnyAct,
    DecideDispute,
    Forward,
    NameUnits,
    Note,
    RaiseDispute,
    Start,
)
from domain.acts.handling import Assign
from domain.classification import Level
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.statuses import CommandStatus
from rulebook.texts import read_text_limits
from store.cases.commands import (
    StoredCommand,
    accept_command,
    answer_command,
    read_command,
    store_command,
)
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import CommandRow, OutboxRow, UnitRow
from tests.builders import a_complaint, actor

LIMIT = read_text_limits().with_an_act


@pytest.fixture
def reference(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(), actor("ines")).reference


def stored(
    sessions: Sessions, reference: str, command_id: str, text: str = "looked at the footage"
) -> StoredCommand:
    with sessions.begin() as session:
        return store_command(
            session,
            command_id=command_id,
            reference=reference,
            act=Note(),
            words={"note": text, "left empty": "  "},
            by=actor("hong"),
            seen_version=1,
        )


def messages(sessions: Sessions, command_id: str) -> int:
    with sessions() as session:
        count = select(func.count()).where(OutboxRow.kind == "command", OutboxRow.key == command_id)
        return session.scalar(count) or 0


def test_a_command_is_kept_with_its_words_and_an_message(
    sessions: Sessions, reference: str
) -> None:
    asked = stored(sessions, reference, "c-1")
    assert asked.status is CommandStatus.STORED
    assert asked.words == ("note",)
    assert asked.by == actor("hong")
    assert messages(sessions, "c-1") == 1
    with sessions() as session:
        assert session.get_one(CommandRow, "c-1").words == {"note": "looked at the footage"}


def test_the_same_id_again_changes_nothing_and_finds_the_first_answer(
    sessions: Sessions, reference: str
) -> None:
    stored(sessions, reference, "c-2")
    with sessions.begin() as session:
        answer_command(session, "c-2", Refused(Refusal.NOT_YOUR_ROLE, roles="hr"))
    again = stored(sessions, reference, "c-2")
    assert again.status is CommandStatus.REFUSED
    assert again.refusal is not None
    assert (again.refusal.code, dict(again.refusal.facts)) == ("not_your_role", {"roles": "hr"})
    assert messages(sessions, "c-2") == 0


def test_nobody_below_handles_a_complaint_about_the_head_of_a_unit(sessions: Sessions) -> None:
    """The next unit up does (A-36); above the head office there is none."""
    with sessions.begin() as session:
        about = a_complaint(person_complained_about="sun")
        reference = receive(session, about, actor("ines")).reference
        with pytest.raises(Refused) as refused:
            store_command(
                session,
                command_id="to-the-next-desk",
                reference=reference,
                act=Assign(
                    handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET
                ),
                words={},
                by=actor("ines"),
                seen_version=1,
            )
    assert refused.value.code is Refusal.LED_BY_NAMED


@pytest.mark.parametrize(
    ("by", "act"),
    [
        ("ines", Forward(unit="hotline", level=Level.HEAD_OFFICE)),
        ("sun", NameUnits(host_unit="harbour-outlet", assisting_unit="hotline")),
        ("sun", RaiseDispute(unit="hotline")),
        ("hong", DecideDispute(unit="hotline", level=Level.HEAD_OFFICE)),
    ],
)
def test_a_case_neither_goes_to_a_closed_unit_nor_draws_one_in(
    sessions: Sessions, reference: str, by: str, act: AnyAct
) -> None:
    with sessions() as session:  # Nothing of this is kept.
        session.get_one(UnitRow, "hotline").is_closed = True
        session.flush()
        with pytest.raises(Refused) as refused:
            store_command(
                session,
                command_id=f"to-a-closed-unit-{act.kind}",
                reference=reference,
                act=act,
                words={"reason": "said so"},
                by=actor(by),
                seen_version=None,
            )
    assert refused.value.code is Refusal.UNIT_CLOSED


@pytest.mark.parametrize("other", ["words", "act", "case", "person"])
def test_the_same_id_for_something_else_is_refused(
    sessions: Sessions, reference: str, other: str
) -> None:
    command_id = f"c-2-{other}"
    stored(sessions, reference, command_id)
    with sessions.begin() as session:
        another_case = receive(session, a_complaint(), actor("ines")).reference
    with sessions.begin() as session, pytest.raises(Refused, match="asked_otherwise"):
        store_command(
            session,
            command_id=command_id,
            reference=another_case if other == "case" else reference,
            act=Start() if other == "act" else Note(),
            words={"note": "something else" if other == "words" else "looked at the footage"},
            by=actor("han" if other == "person" else "hong"),
            seen_version=1,
        )
    assert stored(sessions, reference, command_id).status is CommandStatus.STORED


@pytest.mark.parametrize("key", ["received", "step/reply/breach", "step/reply/breach/2"])
def test_an_id_that_is_a_key_of_redress_itself_is_refused(
    sessions: Sessions, reference: str, key: str
) -> None:
    with pytest.raises(Refused, match="reserved_id"):
        stored(sessions, reference, key)
    with sessions() as session, pytest.raises(NoResultFound):
        read_command(session, key)


def test_the_first_answer_stands(sessions: Sessions, reference: str) -> None:
    stored(sessions, reference, "c-3")
    with sessions.begin() as session:
        accept_command(session, "c-3")
    with sessions.begin() as session:
        answer_command(session, "c-3", Refused(Refusal.ALREADY_WAITING))
        assert read_command(session, "c-3").status is CommandStatus.ACCEPTED


def test_words_over_the_limit_are_refused_and_nothing_is_kept(
    sessions: Sessions, reference: str
) -> None:
    with pytest.raises(NotFit) as refused:
        stored(sessions, reference, "c-4", text="长" * (LIMIT + 1))
    [flaw] = refused.value.faults
    assert isinstance(flaw, Flaw)
    assert (flaw.where, flaw.code, flaw.limit, flaw.found) == (
        "note", BadInput.TOO_LONG, LIMIT, LIMIT + 1,
    )  # fmt: skip
    with sessions() as session, pytest.raises(NoResultFound):
        read_command(session, "c-4")


def test_words_of_just_the_limit_are_kept(sessions: Sessions, reference: str) -> None:
    assert stored(sessions, reference, "c-5", text="长" * LIMIT).words == ("note",)


def test_a_command_to_a_case_that_is_not_there_is_refused(sessions: Sessions) -> None:
    with pytest.raises(Refused, match="unknown_reference"):
        stored(sessions, "C-1999-000001", "c-6")


def test_an_act_comes_back_from_its_row_as_it_went_in(sessions: Sessions, reference: str) -> None:
    act = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
    with sessions.begin() as session:
        asked = store_command(
            session,
            command_id="c-7",
            reference=reference,
            act=act,
            words={},
            by=actor("sun"),
            seen_version=None,
        )
    assert asked.act == act
