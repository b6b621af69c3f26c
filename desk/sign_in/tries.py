"""Tries to get in, counted where all processes see it: before one is looked at, or not at all."""

import ipaddress
from datetime import timedelta

from config import Settings
from domain.throttling import Admission, Allowances, Circle
from rulebook.sign_in import read_sign_in_limits
from store.database import Sessions
from store.people.throttles import Whose, admit_try, bucket_key, forgive_try


class NotLetIn(Exception):
    """A try that failed, or was not looked at; why is in the audit and nowhere else."""

    def __init__(self, wait: timedelta = timedelta(0)) -> None:
        """:param wait: how long until the next one; nothing for one that was looked at"""
        super().__init__()
        self.wait = wait


class Tries:
    """Counts tries by circles."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._secret = settings.secret_key
        self._limits = read_sign_in_limits()

    def key(self, *names: str) -> str:
        """The key of somebody's bucket."""
        return bucket_key(self._secret, *names)

    def of_a_place(self, *names: str) -> Whose:
        """For what only its owner can get to, and nobody can be kept out of by strangers."""
        return {Circle.PLACE: self.key(Circle.PLACE, *names)}

    def admit(self, whose: Whose, allowances: Allowances | None = None) -> Admission:
        """Count a try as wrong until it is forgiven. Raises `NotLetIn` when it must wait."""
        allowances = allowances or self._limits.allowances
        with self._sessions.begin() as session:
            admission = admit_try(session, whose, allowances, self._limits.turn)
        if not admission.is_let:
            raise NotLetIn(admission.wait)
        return admission

    def forgive(self, whose: Whose) -> None:
        """The try was right, or nobody has looked."""
        with self._sessions.begin() as session:
            forgive_try(session, whose, self._limits.allowances)


def network_of(address: str) -> str:
    """Whose address this is: of IPv6 a household has as many as it likes."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
