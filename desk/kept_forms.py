"""What somebody was writing, kept until they send it: while they type, so that it is there on every
page and machine of theirs; and as it was sent when their stay had ended.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

from config import Settings
from desk.sealing import CannotBeOpened, derived, seal, unseal
from rulebook.pages.limits import read_open_page_limits
from rulebook.sign_in import read_sign_in_limits
from store.cases.receipts import REFERENCE
from store.database import Sessions
from store.people import kept_forms
from store.people.kept_forms import TypedAt
from store.people.stays import whose_stay
from store.people.throttles import bucket_key, count_use

Typed = Sequence[tuple[str, str]]
"""Names of fields with what was in them, in their order; a name may come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form as it was sent, or as far as it was typed."""

    action: str
    """The path it was sent to, or would be."""
    page: str
    """The page it stands on."""
    typed: Typed
    files: Mapping[str, Sequence[str]]
    """Names of the files that were chosen, by field. The files themselves are not kept: a browser
    does not let a page choose files."""

    def value(self, name: str) -> str:
        """What was in a field; nothing where there was none."""
        return next((value for each, value in self.typed if each == name), "")


class WhyNotKept(StrEnum):
    """Why what is being typed was not kept."""

    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    """This person's pages ask so often that they must wait."""
    NEWER_ELSEWHERE = "newer_elsewhere"
    """Something else was kept of the same form since this page was shown, on another page."""
    TAKEN_ALREADY = "taken_already"
    """It was sent, and taken."""


class NotKept(Exception):
    """What is being typed was not kept; what was kept before stays."""

    def __init__(self, why: WhyNotKept, wait: timedelta = timedelta(0)) -> None:
        """:param wait: how long until it may be asked for again"""
        super().__init__(why)
        self.why = why
        self.wait = wait


class KeptForms:
    """Keeps forms, for the person alone who wrote them.

    One that was sent in vain is for the browser alone it was sent by, which has its key: whoever
    sent it had no stay any more. One that is being typed is for its writer wherever they log in,
    under a key that is not in the database.
    """

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._secret = settings.secret_key
        keys = (settings.secret_key, settings.sign_in.key_before)
        self._keys = tuple(derived(key, "kept forms") for key in keys if key)
        self._sent_lasts = timedelta(hours=read_sign_in_limits().kept_form_hours)
        self._limits = read_open_page_limits()

    def whose(self, key_of_stay: str) -> str | None:
        """Whose stay it was. Whoever never was anybody's has nothing kept here."""
        with self._sessions() as session:
            return whose_stay(session, key_of_stay)

    def keep(self, form: KeptForm, person: str) -> str:
        """Keep a form that was sent; returns its key, which is kept nowhere else."""
        key = secrets.token_urlsafe(32)
        sealed = seal(_key(key), _written(form), person)
        with self._sessions.begin() as session:
            kept_forms.keep_form(
                session, key, person, sealed, self._sent_lasts, reference=_about(form)
            )
        return key

    def find(self, key: str, person: str) -> KeptForm | None:
        """The form of this key, if this person wrote it and it was not too long ago."""
        with self._sessions() as session:
            sealed = kept_forms.find_form(session, key, person)
        return None if sealed is None else _read(unseal((_key(key),), sealed, person))

    def is_kept(self, key: str) -> bool:
        """Whether somebody still has a form of this key: who is here now may not be its writer."""
        with self._sessions() as session:
            return kept_forms.is_kept(session, key)

    def forget(self, key: str) -> None:
        """It was sent after all."""
        with self._sessions.begin() as session:
            kept_forms.forget_form(session, key)

    def keep_typed(self, form: KeptForm, person: str, *, typed_on: str, shown: int) -> TypedAt:
        """Keep a form as far as it was typed, in place of what was kept of it before. Raises
        `NotKept`.

        :param typed_on: the key that it will be sent with, which tells its page from others
        :param shown: the revision that its page began with; 0 when there was none
        """
        length = sum(len(name) + len(value) for name, value in form.typed)
        if length > self._limits.typed_characters:
            raise NotKept(WhyNotKept.TOO_LONG)
        bucket = bucket_key(self._secret, "kept form", person)
        with self._sessions.begin() as session:
            wait = count_use(session, bucket, self._limits.keeping)
        if wait:
            raise NotKept(WhyNotKept.TOO_FAST, wait)
        name = name_of(person, form.action)
        with self._sessions.begin() as session:
            kept = kept_forms.keep_typed(
                session,
                name,
                person,
                seal(self._keys[0], _written(form), name),
                self._limits.typed_lasts,
                reference=_about(form),
                typed_on=typed_on,
                shown=shown,
                at_most=self._limits.typed_forms,
            )
            # Asked last: what is being sent meanwhile forgets this when it was taken.
            if kept_forms.was_taken(session, typed_on):
                raise NotKept(WhyNotKept.TAKEN_ALREADY)
        if kept is None:
            raise NotKept(WhyNotKept.NEWER_ELSEWHERE)
        return kept

    def typed_by(self, person: str) -> Mapping[str, TypedAt]:
        """What is kept of forms that somebody has begun, by name; see `name_of`."""
        with self._sessions() as session:
            return kept_forms.typed_by(session, person)

    def find_typed(self, name: str, person: str) -> KeptForm | None:
        """One of them as far as it was typed; None when there is none, or no key opens it."""
        with self._sessions() as session:
            sealed = kept_forms.find_typed(session, name, person)
        try:
            return None if sealed is None else _read(unseal(self._keys, sealed, name))
        except CannotBeOpened:
            return None

    def forget_typed(self, person: str, action: str) -> None:
        """It was sent, or thrown away."""
        with self._sessions.begin() as session:
            kept_forms.forget_typed(session, name_of(person, action), person)


def name_of(person: str, action: str) -> str:
    """What a form that somebody types is kept under: of each there is one."""
    return hashlib.sha256(f"typed by {person} at {action}".encode()).hexdigest()


def _key(key: str) -> bytes:
    return hashlib.sha256(b"kept form" + key.encode()).digest()


def _written(form: KeptForm) -> bytes:
    return json.dumps(asdict(form)).encode()


def _read(written: bytes) -> KeptForm:
    content = json.loads(written)
    content["typed"] = [(name, value) for name, value in content["typed"]]
    return KeptForm(**content)


def _about(form: KeptForm) -> str | None:
    found = REFERENCE.search(form.action) or REFERENCE.search(form.page)
    return found[0] if found else None
