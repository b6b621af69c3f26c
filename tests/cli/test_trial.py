"""The trial bank on real engines: founded once, and its samples brought to their states."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select

from cli.up.trial import LOGINS_FILE, bring_samples, seed
from config import Settings, write_env_file
from desk.cases import ActStatus, CaseDesk
from desk.repair import RepairShop
from domain.acts import Note
from domain.case import Actor, Status
from domain.classification import Role
from domain.failures import FailureCause
from engine.repair import Retried
from store.asked_from import ACCOUNT_AT_CONSOLE, ASKED_FROM
from store.database import Sessions
from store.people.passwords import hasher
from store.people.people import actor_of, find_person
from store.tables import ApprovalRow, CaseRow, CommandRow, ComplaintRow, PersonRow, UnitRow
from tests.failed import failures_by
from tests.waiting import eventually


async def test_an_empty_database_becomes_a_trial_bank_once(
    settings: Settings, sessions: Sessions
) -> None:
    logins = seed(settings)
    assert seed(settings) == logins
    with sessions() as session:
        people = {row.login: row for row in session.scalars(select(PersonRow))}
    assert set(people) == set(logins)
    assert {role for row in people.values() for role in row.roles} == set(Role)
    assert hasher.verify(people["handler"].password_hash or "", logins["handler"])


async def test_the_passwords_are_for_their_owners_eyes_only(settings: Settings) -> None:
    seed(settings)
    assert (settings.var_dir / LOGINS_FILE).stat().st_mode & 0o777 == 0o600


async def test_a_trial_bank_of_an_older_version_gets_the_people_that_came_since(
    settings: Settings, sessions: Sessions
) -> None:
    logins = seed(settings)
    with sessions.begin() as session:
        session.execute(delete(PersonRow).where(PersonRow.login.in_(["press", "union"])))
    old = {login: word for login, word in logins.items() if login not in ("press", "union")}
    write_env_file(settings.var_dir / LOGINS_FILE, old)

    now = seed(settings)
    assert set(now) == set(logins)
    assert old.items() <= now.items(), "whoever was there keeps their password"
    with sessions() as session:
        press = session.scalars(select(PersonRow).where(PersonRow.login == "press")).one()
    assert hasher.verify(press.password_hash or "", now["press"])


@pytest.mark.usefixtures("working")
async def test_the_samples_come_to_every_state_in_both_languages(
    settings: Settings, sessions: Sessions, desk: CaseDesk
) -> None:
    seed(settings)

    def at_a_terminal() -> None:
        ASKED_FROM.set(f"{ACCOUNT_AT_CONSOLE}root")
        list(bring_samples(sessions, desk))

    await asyncio.to_thread(at_a_terminal)
    with sessions() as session:
        asked = session.scalars(select(ApprovalRow.at_console)).all()
        assert asked, "a sample waits for a second person"
        assert set(asked) == {None}, "who asked is of the bank, and no account of the machine"
        assert set(session.scalars(select(CaseRow.status))) == set(Status)
        assert set(session.scalars(select(ComplaintRow.language))) == {"en", "zh"}
        assert set(session.scalars(select(CommandRow.status))) == {"accepted"}
        assert session.scalar(select(func.count()).where(CaseRow.is_waiting)) == 1
        samples = session.scalar(select(func.count(CaseRow.reference)))
    await an_administrator_mends_what_is_broken(sessions, desk)

    await asyncio.to_thread(lambda: list(bring_samples(sessions, desk)))
    with sessions() as session:
        assert session.scalar(select(func.count(CaseRow.reference))) == samples


async def an_administrator_mends_what_is_broken(sessions: Sessions, desk: CaseDesk) -> None:
    """One sample nobody can take up; tried again, it goes on as if nothing had been."""
    shop = RepairShop(sessions, desk.temporal)
    with sessions() as session:
        row = select(ComplaintRow).where(ComplaintRow.intake_key == "trial/broken-on-purpose")
        reference = session.scalars(row).one().reference
        admin = actor_of(session, find_person(session, "admin") or "")

    def stuck() -> set[str]:
        failures = failures_by(shop.failed_cases(), FailureCause.RUN_OF_SOMEBODY_ELSE)
        return {each.reference for each in failures}

    await eventually("the broken case is on the list", lambda: stuck() == {reference})
    assert await asyncio.to_thread(shop.retry, reference, admin) is Retried.RESTARTED
    await eventually("the list is empty", lambda: not stuck())
    outcome = await asyncio.to_thread(
        desk.act,
        command_id=str(uuid4()),
        reference=reference,
        act=Note(),
        words={"note": "It goes on."},
        by=a_supervisor(sessions),
    )
    assert outcome.status is ActStatus.ACCEPTED


def a_supervisor(sessions: Sessions) -> Actor:
    """Whoever may write a note in any case of the trial bank."""
    with sessions() as session:
        return actor_of(session, find_person(session, "supervisor") or "")


async def test_a_bank_that_has_units_is_left_alone(settings: Settings, sessions: Sessions) -> None:
    seed(settings)
    with sessions() as session:
        before = session.scalar(select(func.count(UnitRow.id)))
    (settings.var_dir / LOGINS_FILE).unlink()
    assert seed(settings) == {}
    with sessions() as session:
        assert session.scalar(select(func.count(UnitRow.id))) == before
