"""The trial bank: what a first `redress up` on embedded engines puts into an empty database.

Units, one person a role, and sample complaints that people of the bank have brought to different
states. Every word of it is invented and lies in `trial.yaml`. Whatever is told twice is done once:
each complaint and each act has a key of its own, so an interrupted start is simply continued.
"""

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from cli.installed import both_engines, records
from config import Settings, read_env_file, write_env_file
from desk.cases import ActStatus, CaseDesk
from domain.case import Actor
from domain.classification import Category, Channel, Level, Mark, Role
from domain.complaint import Complaint, Language
from domain.errors import Refused
from embedded.problems import SetupProblem
from engine.broken_on_purpose import occupy
from engine.connection import EngineAway
from store.asked_from import ASKED_FROM
from store.database import DatabaseSession, Sessions
from store.people.bank import read_bank
from store.people.passwords import set_password
from store.people.people import actor_of, create_person, find_person
from store.people.units import create_unit, head_office
from store.values import ACT

BANK = Path(__file__).with_name("trial.yaml")

LOGINS_FILE = "trial-logins.env"
"""Under `var/`, mode 0600: the passwords that the first start made up, for the next to show."""

ENGINE_PATIENCE = timedelta(seconds=30)
"""How long the engine may take to have a case broken (default)."""

ANSWER_WITHIN = 60.0
"""Seconds a sample's act may wait for the worker before the trial gives up (default); it is then
begun again, and goes on from there."""


def seed(settings: Settings) -> dict[str, str]:
    """Make an empty database a trial bank. Returns who can log in with which first password;
    nobody, when the database is not a trial's.
    """
    with records(settings) as sessions:
        if _is_empty(sessions):
            _found_the_bank(sessions, settings)
        elif read_env_file(settings.var_dir / LOGINS_FILE):
            _let_in_whoever_is_new(sessions, settings)
    return read_env_file(settings.var_dir / LOGINS_FILE)


@click.command("trial", hidden=True)
def trial() -> None:
    """Bring the trial bank's sample complaints to their states; harmless when they are there."""
    with both_engines() as (sessions, temporal):
        for done, of in bring_samples(sessions, CaseDesk(sessions, temporal)):
            click.echo(f"{done} of {of} sample complaints are in place")


def bring_samples(sessions: Sessions, desk: CaseDesk) -> Iterator[tuple[int, int]]:
    """Bring the samples to their states, one by one; yields how many of how many are there."""
    ASKED_FROM.set("")  # The people of the bank act in the samples, and nobody at a terminal.
    samples = _Samples(sessions, desk)
    complaints: Mapping[str, Any] = _bank()["complaints"]
    for number, (key, text) in enumerate(complaints.items(), start=1):
        samples.bring(key, text)
        yield number, len(complaints)


@cache
def _bank() -> dict[str, Any]:
    bank: dict[str, Any] = yaml.safe_load(BANK.read_text(encoding="utf-8"))
    return bank


def _is_empty(sessions: Sessions) -> bool:
    with sessions() as session:
        return head_office(session) is None


def _found_the_bank(sessions: Sessions, settings: Settings) -> None:
    people: Mapping[str, Any] = _bank()["people"]
    passwords = _passwords_for(people, settings)
    with sessions.begin() as session:
        for unit, text in _bank()["units"].items():
            create_unit(
                session,
                unit,
                name_en=text["en"],
                name_zh=text["zh"],
                level=Level(text["level"]),
                parent=text.get("parent"),
                policy=text.get("policy"),
                is_key=text.get("is_key", False),
            )
        for login in people:
            _let_in(session, login, passwords[login], settings)


def _let_in_whoever_is_new(sessions: Sessions, settings: Settings) -> None:
    """A trial bank of an older version gets the people that samples have had since."""
    with sessions.begin() as session:
        new = [login for login in _bank()["people"] if find_person(session, login) is None]
        passwords = _passwords_for(new, settings)
        for login in new:
            _let_in(session, login, passwords[login], settings)


def _passwords_for(logins: Iterable[str], settings: Settings) -> dict[str, str]:
    """Made up, and written down before anybody has one: people without their passwords would be of
    no use to anybody."""
    file = settings.var_dir / LOGINS_FILE
    made_up = {login: secrets.token_urlsafe(12) for login in logins}
    if made_up:
        write_env_file(file, {**read_env_file(file), **made_up})
    return made_up


def _let_in(session: DatabaseSession, login: str, password: str, settings: Settings) -> None:
    text = _bank()["people"][login]
    person = create_person(
        session,
        login=login,
        name=text["name"],
        unit=text["unit"],
        roles=[Role(role) for role in text["roles"]],
        email=f"{login}@trial.invalid",
        language=Language(settings.default_language),
        on_duty=text.get("on_duty", False),
    )
    set_password(session, person, password)


class _Samples:
    """Takes the sample complaints down and lets the bank's people act on them."""

    def __init__(self, sessions: Sessions, desk: CaseDesk) -> None:
        self._sessions = sessions
        self._desk = desk
        self._now = datetime.now(UTC)
        with sessions() as session:
            bank = read_bank(session)
            found = {login: find_person(session, login) for login in _bank()["people"]}
        self._people = {login: bank.people[person] for login, person in found.items() if person}
        self._levels = {unit.id: unit.level for unit in bank.units.values()}
        if set(found) - set(self._people):
            raise SetupProblem("This is no trial bank, so it gets no sample complaints.")

    def bring(self, key: str, text: Mapping[str, Any]) -> None:
        """Take one complaint down and carry out its acts, one after the other; one is broken at
        once, and stays as whoever tries Redress has left it."""
        try:
            complaint = self._complaint(key, text)
            reference = self._desk.receive(complaint, self._actor("intake")).reference
            if text.get("broken"):
                self._break(reference)
        except Refused as begun_before:
            # By an earlier start, and its dates are counted from that one.
            reference = begun_before.facts["reference"]
        for number, act in enumerate(text.get("acts", ()), start=1):
            self._act(f"trial/{key}/{number}", reference, act)

    def _break(self, reference: str) -> None:
        try:
            self._desk.temporal.call(
                lambda client: occupy(client, reference), within=ENGINE_PATIENCE
            )
        except EngineAway:
            click.echo(f"{reference}: the engine was away, so this case was not broken")

    def _complaint(self, key: str, text: Mapping[str, Any]) -> Complaint:
        named = text.get("person_complained_about")
        return Complaint(
            intake_key=f"trial/{key}",
            received_at=self._now - _span(text["ago"]),
            channel=Channel(text["channel"]),
            unit=text["unit"],
            policy=text.get("policy"),
            language=Language(text["language"]),
            category=Category(text["category"]),
            amount_fen=text.get("amount_yuan", 0) * 100,
            marks=tuple(Mark(mark) for mark in text.get("marks", ())),
            subject=text["subject"],
            narrative=text["narrative"],
            demand=text["demand"],
            name=text["name"],
            phone=text["phone"],
            email=text.get("email", ""),
            sender=text.get("sender"),
            sender_due_at=self._value(text.get("sender_due_at")),
            person_complained_about=self._people[named].id if named else None,
        )

    def _act(self, command_id: str, reference: str, text: Mapping[str, Any]) -> None:
        facts = {
            name: self._value(value)
            for name, value in text.items()
            if name not in {"by", "words", "handler", "redress_yuan"}
        }
        if "handler" in text:
            handler = self._people[text["handler"]]
            facts |= {
                "handler": handler.id,
                "handler_unit": handler.unit,
                "handler_level": self._levels[handler.unit],
            }
        if text["kind"] == "forward":
            facts["level"] = self._levels[text["unit"]]
        if "redress_yuan" in text:
            facts["redress_fen"] = text["redress_yuan"] * 100
        outcome = self._desk.act(
            command_id=command_id,
            reference=reference,
            act=ACT.validate_python(facts),
            words=text.get("words", {}),
            by=self._actor(text["by"]),
        )
        give_up_at = time.monotonic() + ANSWER_WITHIN
        while outcome.status is ActStatus.WAITING:
            if time.monotonic() > give_up_at:
                raise SetupProblem("The worker does not answer yet; the samples wait for it.")
            time.sleep(0.5)
            outcome = self._desk.outcome_of(command_id)
        if outcome.refusal is not None:
            # Somebody was faster and has taken the case elsewhere, which is what a trial is for.
            click.echo(f"{reference}: {text['kind']} was refused: {outcome.refusal.code}")

    def _actor(self, login: str) -> Actor:
        with self._sessions() as session:
            return actor_of(session, self._people[login].id)

    def _value(self, value: Any) -> Any:
        """A value of the file; `{in_days: 6}` is an instant counted from now."""
        if isinstance(value, Mapping) and "in_days" in value:
            return self._now + timedelta(days=value["in_days"])
        return value


def _span(text: str) -> timedelta:
    """The length of time that `3 hours` names."""
    amount, unit = text.split()
    return timedelta(**{unit: int(amount)})
