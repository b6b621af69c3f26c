"""The way from a page to its records: one reading session a request, and the desk for acts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from flask import current_app, g

from config import Settings
from desk.approvals.waiting import ApprovalDesk
from desk.attachments import AttachmentDesk
from desk.cases import CaseDesk
from desk.history.story import CaseHistories
from desk.imports.handed_in import ImportDesk
from desk.kept_forms import KeptForms
from desk.letters import LetterDesk
from desk.mails import MailDesk
from desk.notices import NoticeDesk
from desk.people import PeopleDesk
from desk.repair import RepairShop
from desk.sign_in.by_password import SignInDesk
from desk.sign_in.by_provider import SingleSignOnDesk
from desk.sign_in.by_token import TokenDesk
from desk.surveys import SurveyDesk
from store.database import DatabaseSession, Sessions
from store.people.bank import Bank, read_bank
from store.policies.packs import current_packs

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What every page may reach."""

    settings: Settings
    sessions: Sessions
    desk: CaseDesk
    notices: NoticeDesk
    attachments: AttachmentDesk
    letters: LetterDesk
    mails: MailDesk
    histories: CaseHistories
    repairs: RepairShop
    imports: ImportDesk
    people: PeopleDesk
    sign_in: SignInDesk
    single_sign_on: SingleSignOnDesk
    surveys: SurveyDesk
    tokens: TokenDesk
    kept_forms: KeptForms
    approvals: ApprovalDesk


def records() -> Records:
    found = current_app.extensions["redress"]
    assert isinstance(found, Records)
    return found


def reading() -> DatabaseSession:
    """The session this request reads with."""
    if "reading" not in g:
        g.reading = records().sessions()
    session: DatabaseSession = g.reading
    return session


@contextmanager
def writing() -> Iterator[DatabaseSession]:
    """A session that commits at the end: for what is no act on a case."""
    with records().sessions.begin() as session:
        yield session


def once_a_request(read: Callable[[], Read]) -> Callable[[], Read]:
    """For what several parts of a page ask for: it is read for the first of them."""
    name = f"{read.__module__}.{read.__name__}"

    @wraps(read)
    def kept() -> Read:
        if name not in g:
            setattr(g, name, read())
        found: Read = g.get(name)
        return found

    return kept


@once_a_request
def bank() -> Bank:
    """The bank's units and people."""
    return read_bank(reading())


@once_a_request
def pack_titles() -> Mapping[str, Mapping[str, str]]:
    """What the packs in force are called, by their names."""
    return {pack.name: pack.title for pack in current_packs(reading())}


def speak_of_tasks(titles: Mapping[str, Mapping[str, str]]) -> None:
    """From here on this request names tasks as this pack does."""
    g.task_titles = titles


def task_titles() -> Mapping[str, Mapping[str, str]]:
    """What the pack that this request speaks of calls its tasks; empty while it speaks of none."""
    found: Mapping[str, Mapping[str, str]] = g.get("task_titles", {})
    return found


def forget_session(problem: BaseException | None) -> None:
    """Give the reading session back when the request is over; after a problem its connection may
    be dead, and is not given to anybody else.
    """
    session = g.pop("reading", None)
    if session is None:
        return
    if problem is None:
        session.close()
    else:
        session.invalidate()
