"""Coming in: tries are counted, passwords compared outside of any transaction, stays begun."""

from collections.abc import Iterable
from dataclasses import dataclass

from config import Settings
from desk.sign_in.hashing import HashingPool
from desk.sign_in.second_factors import SecondFactorDesk
from desk.sign_in.tries import NotLetIn, Tries, network_of
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit
from domain.passwords import flaws_of_password
from domain.sign_in import Stage
from domain.throttling import Circle
from rulebook.sign_in import read_common_passwords, read_guessed_words, read_sign_in_limits
from store.database import DatabaseSession, Sessions
from store.evidence.audit import NOBODY, Action, note
from store.people.bank import Bank, read_bank
from store.people.logins import Visitor
from store.people.passwords import (
    is_outdated,
    is_theirs_still,
    keep_password,
    password_hash_of,
    renew_hash,
)
from store.people.people import actor_of, invited, use_invitation
from store.people.second_factors import sealed_secret_of
from store.people.stays import (
    Place,
    Stay,
    begin_stay,
    end_stay,
    find_stay,
    know_browser,
    knows,
)
from store.people.throttles import Whose, forgive_try


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """What a browser keeps of a log-in."""

    person: str
    stage: Stage
    key: str
    """To the stay."""
    token: str
    """By which the browser is known the next time; none before they are in."""


class SignInDesk:
    """What people do to come in, and to see that nobody else does."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._limits = read_sign_in_limits()
        self._tries = Tries(sessions, settings)
        self._hashing = HashingPool()
        self.second_factors = SecondFactorDesk(sessions, settings)

    def log_in(self, login: str, password: str, place: Place) -> LetIn:
        """Let in whoever the login and password belong to. A stranger learns nothing from the
        answer, nor from how long it takes.

        :raises NotLetIn: they do not fit, or so much was tried that this try must wait
        :raises TooManyAtOnce: nothing was looked at
        """
        whose = self._circles(login, place)
        admission = self._tries.admit(whose)
        with self._sessions() as session:
            person, password_hash = password_hash_of(session, login)
        try:
            fits = self._hashing.fits(password_hash, password)
            renewed = None
            if fits and password_hash is not None and is_outdated(password_hash):
                renewed = self._hashing.hashed(password)
        except Exception:
            # Nobody has looked, so it was no wrong try.
            self._tries.forgive(whose)
            raise
        with self._sessions.begin() as session:
            if person is None or password_hash is None or not fits:
                note(session, Action.LOG_IN_FAILED, by=person or NOBODY)
                if admission.buckets[Circle.PLACE].opens_at is not None:
                    note(session, Action.LOCKED_OUT, by=person or NOBODY)
            elif is_theirs_still(session, person, password_hash):
                stage = self._stage_of(session, person)
                forgive_try(session, whose, self._limits.allowances)
                if renewed is not None:
                    renew_hash(session, person, renewed)
                return self._begin(session, person, place, stage)
        if not fits:
            raise NotLetIn
        # It was changed while it was compared: what is theirs by now decides.
        self._tries.forgive(whose)
        return self.log_in(login, password, place)

    def change_password(self, who: Visitor, old: str, new: str) -> None:
        """Set a new password for whoever knows the old one, which ends every other stay.

        :raises NotFit: the old one does not fit, or the new one will not do
        :raises NotLetIn: so much was tried that this try must wait
        :raises TooManyAtOnce: nothing was looked at
        """
        with self._sessions() as session:
            login = read_bank(session).people[who.id].login
        self._judge(new, person=who.id)
        whose = self._tries.of_a_place("own password", who.id)
        self._tries.admit(whose)
        with self._sessions() as session:
            _, password_hash = password_hash_of(session, login)
        fits = self._hashing.fits(password_hash, old)
        renewed = self._hashing.hashed(new) if fits else None
        with self._sessions.begin() as session:
            if (
                renewed is not None
                and password_hash is not None
                and is_theirs_still(session, who.id, password_hash)
            ):
                forgive_try(session, whose, self._limits.allowances)
                keep_password(session, who.id, renewed, but=who.stay)
                note(session, Action.PASSWORD_CHANGED, by=who.id)
                return
            note(session, Action.LOG_IN_FAILED, by=who.id)
        raise NotFit([Flaw.of("old_password", BadInput.WRONG_PASSWORD)])

    def use_invitation(self, token: str, password: str) -> None:
        """Set a first password by a one-time link.

        :raises InvitationSpent: the link opens nothing (any more)
        :raises NotFit: the password will not do; the link still works
        :raises TooManyAtOnce: nothing was done
        """
        with self._sessions() as session:
            person = invited(session, token)
        self._judge(password, person=person)
        password_hash = self._hashing.hashed(password)
        with self._sessions.begin() as session:
            person = use_invitation(session, token, password_hash)
            note(session, Action.PASSWORD_SET, by=person)

    def enter_code(self, key: str, code: str, place: Place) -> LetIn:
        """Come in by the code of the second factor, after the password.

        :raises NotLetIn: it does not fit, the password was too long ago, or the try must wait
        """
        with self._sessions() as session:
            stay = find_stay(session, key, self._limits)
        if stay is None or stay.stage is not Stage.CODE:
            raise NotLetIn
        if not self.second_factors.check(stay.person, code):
            raise NotLetIn
        return self.come_in(stay, place)

    def let_in(self, person: str, place: Place, *, has_code: bool) -> LetIn:
        """For somebody whom the bank's identity provider has named; `has_code` when it has asked
        for a second factor.
        """
        with self._sessions.begin() as session:
            stage = Stage.IN if has_code else self._stage_of(session, person)
            return self._begin(session, person, place, stage)

    def come_in(self, stay: Stay, place: Place) -> LetIn:
        """Whoever has shown all that is wanted is in from now on, under a fresh key."""
        with self._sessions.begin() as session:
            end_stay(session, stay.person, stay.id)
            return self._begin(session, stay.person, place, Stage.IN)

    def _stage_of(self, session: DatabaseSession, person: str) -> Stage:
        if sealed_secret_of(session, person) is not None:
            return Stage.CODE
        wanted = self.second_factors.is_wanted(actor_of(session, person).roles)
        return Stage.SET_UP if wanted else Stage.IN

    def _begin(self, session: DatabaseSession, person: str, place: Place, stage: Stage) -> LetIn:
        key = begin_stay(session, person, place, stage, self._limits)
        token = ""
        if stage is Stage.IN:
            token = know_browser(session, person, place, self._limits)
            note(session, Action.LOGGED_IN, by=person)
        return LetIn(person=person, stage=stage, key=key, token=token)

    def _judge(self, password: str, *, person: str) -> None:
        with self._sessions() as session:
            about = _names_around(read_bank(session), person)
        common = self._settings.sign_in.common_passwords
        flaws = flaws_of_password(
            password,
            (*about, self._settings.bank_name),
            read_guessed_words(),
            self._limits,
            read_common_passwords(common, self._limits.password_shortest),
        )
        if flaws:
            raise NotFit(flaws)

    def _circles(self, login: str, place: Place) -> Whose:
        """In which circles a try from this place counts."""
        with self._sessions() as session:
            from_browser, from_address = knows(session, login, place, self._limits)
        if from_browser:
            return {Circle.PLACE: self._tries.key(Circle.PLACE, login, place.token)}
        network = network_of(place.address)
        near = {
            Circle.PLACE: self._tries.key(Circle.PLACE, login, network),
            Circle.ADDRESS: self._tries.key(Circle.ADDRESS, network),
        }
        if from_address:
            return near
        return {
            **near,
            Circle.ACCOUNT: self._tries.key(Circle.ACCOUNT, login),
            Circle.EVERYBODY: self._tries.key(Circle.EVERYBODY),
        }


def _names_around(bank: Bank, person: str) -> Iterable[str]:
    """Names that anybody knows who guesses the password of this person."""
    known = bank.people.get(person)
    if known is None:
        return ()
    unit = bank.units[known.unit]
    return known.login, known.name, unit.id, unit.name_en, unit.name_zh
