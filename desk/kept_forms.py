"""What somebody was writing when their stay ended, kept until they are back in the form."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from desk.sealing import seal, unseal
from rulebook.sign_in import read_sign_in_limits
from store.cases.receipts import REFERENCE
from store.database import Sessions
from store.people.kept_forms import find_form, forget_form, keep_form
from store.people.stays import whose_stay

Typed = Sequence[tuple[str, str]]
"""Names of fields with what was in them, in their order; a name may come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form as it was sent."""

    action: str
    """The path it was sent to."""
    page: str
    """The page it stands on."""
    typed: Typed
    files: Mapping[str, Sequence[str]]
    """Names of the files that were chosen, by field. The files themselves are not kept: a browser
    does not let a page choose files."""


class KeptForms:
    """Keeps forms, for the person alone who wrote them and the browser alone they were sent by."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lasts = timedelta(hours=read_sign_in_limits().kept_form_hours)

    def whose(self, key_of_stay: str) -> str | None:
        """Whose stay it was. Whoever never was anybody's has nothing kept here."""
        with self._sessions() as session:
            return whose_stay(session, key_of_stay)

    def keep(self, form: KeptForm, person: str) -> str:
        """Keep a form; returns its key, which is kept nowhere else."""
        key = secrets.token_urlsafe(32)
        content = json.dumps(asdict(form)).encode()
        with self._sessions.begin() as session:
            about = REFERENCE.search(form.action) or REFERENCE.search(form.page)
            keep_form(
                session,
                key,
                person,
                seal(_key(key), content, person),
                self._lasts,
                reference=about[0] if about else None,
            )
        return key

    def find(self, key: str, person: str) -> KeptForm | None:
        """The form of this key, if this person wrote it and it was not too long ago."""
        with self._sessions() as session:
            sealed = find_form(session, key, person, self._lasts)
        if sealed is None:
            return None
        content = json.loads(unseal((_key(key),), sealed, person))
        content["typed"] = [(name, value) for name, value in content["typed"]]
        return KeptForm(**content)

    def forget(self, key: str) -> None:
        """It was sent after all."""
        with self._sessions.begin() as session:
            forget_form(session, key)


def _key(key: str) -> bytes:
    return hashlib.sha256(b"kept form" + key.encode()).digest()
