"""Second factors: set up by their owner, asked for at the door, taken away by somebody else."""

import hmac
import logging
import time
from collections.abc import Iterable, Sequence

import pyotp

from config import Settings
from desk.sealing import CannotBeOpened, derived, seal, unseal
from desk.sign_in.tries import Tries
from domain.case import Actor
from domain.classification import Role
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import holds, must_have_second_factor
from rulebook.sign_in import read_second_factor_roles, read_sign_in_limits
from store.database import DatabaseSession, Sessions
from store.evidence.audit import Action, note
from store.people import second_factors
from store.people.stays import end_stays

log = logging.getLogger(__name__)

STEP = 30
"""Seconds that a code counts, as every authenticator has it (RFC 6238)."""

BESIDE = (0, -1, 1)
"""Codes of the half minutes beside this one count too: clocks of telephones differ (default)."""


class SecondFactorDesk:
    """What is done about second factors."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._tries = Tries(sessions, settings)
        keys = (settings.secret_key, settings.sign_in.key_before)
        self._keys = tuple(derived(key, "second factor") for key in keys if key)

    def is_wanted(self, roles: Iterable[Role]) -> bool:
        """Whether somebody of these roles comes in with a second factor alone."""
        return self._settings.sign_in.second_factor_required and must_have_second_factor(
            roles, read_second_factor_roles()
        )

    def is_set(self, person: str) -> bool:
        """Whether somebody has one."""
        with self._sessions() as session:
            return second_factors.sealed_secret_of(session, person) is not None

    def count_recovery_codes(self, person: str) -> int:
        """How many are left to somebody."""
        with self._sessions() as session:
            return second_factors.count_recovery_codes(session, person)

    def address_of(self, secret: str, login: str) -> str:
        """What an authenticator reads from the code to scan."""
        return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=self._settings.bank_name)

    def set_up(self, person: str, secret: str, code: str, code_so_far: str) -> Sequence[str]:
        """Have this authenticator from now on, and no other; returns the codes to recover by, which
        can never be read again.

        :raises NotFit: the code is not of this authenticator, or not of the one so far
        :raises NotLetIn: so much was tried that this try must wait
        """
        step = _step_of(secret, code)
        if step is None:
            raise NotFit([Flaw.of("code", BadInput.WRONG_CODE)])
        if self.is_set(person) and not self.check(person, code_so_far):
            raise NotFit([Flaw.of("code_so_far", BadInput.WRONG_CODE)])
        sealed = seal(self._keys[0], secret.encode(), person)
        with self._sessions.begin() as session:
            second_factors.set_factor(session, person, sealed, step)
            codes = second_factors.make_recovery_codes(
                session, person, read_sign_in_limits().recovery_codes
            )
            note(session, Action.SECOND_FACTOR_SET, by=person)
        return codes

    def check(self, person: str, code: str) -> bool:
        """Whether this is a code of theirs, which opens once. Raises `NotLetIn` when so much was
        tried that this try must wait.
        """
        whose = self._tries.of_a_place("code", person)
        self._tries.admit(whose)
        with self._sessions.begin() as session:
            fits = self._uses(session, person, code)
            if not fits:
                note(session, Action.LOG_IN_FAILED, by=person, why="code")
        if fits:
            self._tries.forgive(whose)
        return fits

    def end(self, person: str, roles: Iterable[Role], code: str) -> None:
        """Have no second factor any more. Raises `Refused` when the roles want one, `NotFit` for a
        wrong code, `NotLetIn`.
        """
        if self.is_wanted(roles):
            raise Refused(Refusal.SECOND_FACTOR_WANTED)
        if not self.check(person, code):
            raise NotFit([Flaw.of("code", BadInput.WRONG_CODE)])
        with self._sessions.begin() as session:
            second_factors.forget_factor(session, person)
            note(session, Action.SECOND_FACTOR_RESET, by=person, subject=person)

    def take_away(self, person: str, by: Actor) -> bool:
        """Let somebody who has lost theirs set one up anew when they next come in; False when they
        have none. Raises `Refused` for one's own.
        """
        assert holds(by.roles, Permission.MANAGE_PEOPLE)
        if by.person == person:
            raise Refused(Refusal.OWN_REQUEST)
        with self._sessions.begin() as session:
            had_one = second_factors.forget_factor(session, person)
            if had_one:
                end_stays(session, [person])
                note(session, Action.SECOND_FACTOR_RESET, by=by.person, subject=person)
        return had_one

    def _uses(self, session: DatabaseSession, person: str, code: str) -> bool:
        sealed = second_factors.sealed_secret_of(session, person)
        if sealed is None:
            return False
        step = self._step_by(sealed, person, code)
        if step is not None:
            return second_factors.use_step(session, person, step)
        if second_factors.use_recovery_code(session, person, code):
            note(session, Action.RECOVERY_CODE_USED, by=person)
            return True
        return False

    def _step_by(self, sealed: bytes, person: str, code: str) -> int | None:
        """The half minute of a code, by what is kept of its authenticator; None of one whose key is
        gone, so that a code to recover by is still a way in.
        """
        try:
            secret = unseal(self._keys, sealed, person).decode()
        except CannotBeOpened:
            log.error(
                "the second factor of %s was sealed under another REDRESS_SECRET_KEY: set that as"
                " REDRESS_SECRET_KEY_BEFORE, or take the second factor away",
                person,
            )
            return None
        return _step_of(secret, code)


def a_secret() -> str:
    """What a new authenticator is to share with us."""
    return pyotp.random_base32()


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute this is the code of; None when it is of none near now."""
    code = "".join(typed.split())
    now = int(time.time()) // STEP
    clock = pyotp.TOTP(secret)
    for step in (now + each for each in BESIDE):
        if code.isascii() and hmac.compare_digest(clock.at(step * STEP), code):
            return step
    return None
