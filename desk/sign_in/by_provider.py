"""Coming in by the bank's identity provider: who they are, and what their groups make them."""

from collections.abc import Mapping
from dataclasses import replace

from config import Settings
from desk.people import PeopleDesk, Wish
from desk.sign_in.by_password import LetIn, SignInDesk
from domain.case import Actor
from domain.classification import Level
from domain.complaint import Language
from domain.errors import NotFit
from domain.permission_names import Permission
from domain.permissions import holders
from domain.sentences import sentence
from domain.single_sign_on import NotPlaced, SignOnMapping
from domain.staffing import BankRecords, PersonRecord
from rulebook.single_sign_on import read_sign_on_mapping
from store.database import Sessions
from store.evidence.audit import PROVIDER
from store.people.identities import is_somebody_elses, link, person_behind
from store.people.records import read_ids, read_records
from store.people.stays import Place, end_stays

BY_SINGLE_SIGN_ON = str(sentence("By single sign-on."))
"""What a second administrator reads of why."""

AT_THE_DOOR = Actor(
    person=PROVIDER,
    roles=holders(Permission.MANAGE_PEOPLE),
    unit="",
    level=Level.HEAD_OFFICE,
)
"""Who changes people as their groups say: the provider, by the bank's own mapping."""


class NotLetInByProvider(Exception):
    """The provider knows them, and they have no place here."""

    def __init__(self, why: NotPlaced) -> None:
        super().__init__(why)
        self.why = why


class SingleSignOnDesk:
    """Lets people in of whom the bank's identity provider says who they are."""

    def __init__(self, sessions: Sessions, settings: Settings, door: SignInDesk) -> None:
        self._sessions = sessions
        self._people = PeopleDesk(sessions)
        self._door = door
        self._language = Language(settings.default_language)
        by = settings.sign_in.single_sign_on
        self._mapping: SignOnMapping | None = read_sign_on_mapping(by.mapping) if by else None

    def let_in(self, issuer: str, claims: Mapping[str, object], place: Place) -> LetIn:
        """Let in whom the provider names, as their groups place them now: somebody new is taken on,
        and whose groups have changed is moved. A further administrator waits for a second one, as
        ever. Raises `NotLetInByProvider`.
        """
        assert self._mapping is not None, "only asked for where there is a provider"
        mapping, subject = self._mapping, str(claims["sub"])
        known = self._known(issuer, subject, mapping.login_in(claims))
        placed = mapping.placed(known, claims)
        if isinstance(placed, NotPlaced):
            self._end_stays_of(known)
            raise NotLetInByProvider(placed)

        def wishing(bank: BankRecords) -> Wish:
            # As they are in this moment: somebody may just be letting them go.
            now = _let_in_at_all(bank.people.get(known.login, known))
            placed_now = mapping.placed(now, claims)
            assert not isinstance(placed_now, NotPlaced), "who has a unit keeps it"
            return Wish(people=[placed_now])

        try:
            self._people.change(wishing, AT_THE_DOOR, reason=BY_SINGLE_SIGN_ON)
        except NotFit as unfit:
            self._end_stays_of(known)
            raise NotLetInByProvider(NotPlaced.NOT_FIT) from unfit
        with self._sessions.begin() as session:
            person = read_ids(session)[placed.login]
            if person_behind(session, issuer, subject) is None:
                link(session, issuer, subject, person)
        return self._door.let_in(person, place, has_code=mapping.has_second_factor(claims))

    def _known(self, issuer: str, subject: str, login: str) -> PersonRecord:
        """Whom the provider means: the person of this subject, else of this login."""
        with self._sessions() as session:
            ids, people = read_ids(session), read_records(session).people
            person = person_behind(session, issuer, subject)
            if person is not None:
                login = next(name for name, each in ids.items() if each == person)
            elif login in ids and is_somebody_elses(session, issuer, ids[login]):
                raise NotLetInByProvider(NotPlaced.SOMEBODY_ELSES)
        if not login:
            raise NotLetInByProvider(NotPlaced.NO_LOGIN)
        known = people.get(login)
        if known is None:
            return replace(PersonRecord(login=login), language=self._language)
        return _let_in_at_all(known)

    def _end_stays_of(self, known: PersonRecord) -> None:
        """Whoever is not what their record says any more is logged out, though it stays as it was:
        they have lost their groups, or these want what cannot be."""
        with self._sessions.begin() as session:
            person = read_ids(session).get(known.login)
            if person is not None:
                end_stays(session, [person])


def _let_in_at_all(known: PersonRecord) -> PersonRecord:
    if known.is_disabled:
        raise NotLetInByProvider(NotPlaced.LET_GO)
    return known
