"""The trial bank on real engines: founded once, and its samples brought to their states."""

import asyncio

import pytest
from sqlalchemy import delete, func, select

from cli.up.trial import LOGINS_FILE, bring_samples, seed
from config import Settings, write_env_file
from desk.cases import CaseDesk
from domain.case import Status
from domain.classification import Role
from store.database import Sessions
from store.people.passwords import hasher
from store.tables import CaseRow, CommandRow, ComplaintRow, PersonRow, UnitRow


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
    await asyncio.to_thread(lambda: list(bring_samples(sessions, desk)))
    with sessions() as session:
        assert set(session.scalars(select(CaseRow.status))) == set(Status)
        assert set(session.scalars(select(ComplaintRow.language))) == {"en", "zh"}
        assert set(session.scalars(select(CommandRow.status))) == {"accepted"}
        assert session.scalar(select(func.count()).where(CaseRow.is_waiting)) == 1
        samples = session.scalar(select(func.count(CaseRow.reference)))

    await asyncio.to_thread(lambda: list(bring_samples(sessions, desk)))
    with sessions() as session:
        assert session.scalar(select(func.count(CaseRow.reference))) == samples


async def test_a_bank_that_has_units_is_left_alone(settings: Settings, sessions: Sessions) -> None:
    seed(settings)
    with sessions() as session:
        before = session.scalar(select(func.count(UnitRow.id)))
    (settings.var_dir / LOGINS_FILE).unlink()
    assert seed(settings) == {}
    with sessions() as session:
        assert session.scalar(select(func.count(UnitRow.id))) == before
