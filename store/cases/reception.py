"""What a complaint may be received on, and everything that stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from domain.classification import Level
from domain.complaint import BadInput, Complaint, Draft, Flaw, flaws_of, flaws_under
from domain.errors import NotFit
from domain.instants import ReceiptDates
from domain.policy import Pack
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from rulebook.texts import read_text_limits
from store.database import transaction_time
from store.people.directory import units_above
from store.policies.packs import current_packs, current_version, published_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What complaints against one unit are received on: its level and the rules in force there."""

    unit: str
    level: Level
    version: str
    """Of the pack."""
    pack: Pack
    calendar: WorkingCalendar


def what_stands_against(
    session: Session,
    draft: Draft,
    unread: Sequence[Flaw] = (),
    dates: ReceiptDates | None = None,
) -> tuple[Flaw, ...]:
    """Everything against taking a complaint, told at once, whichever way it came: what could not
    be read of it, then what the rules say against the other fields. Empty when it may be taken.
    """
    return Reception(session, dates).against(draft, unread)


def zone_of(session: Session, unit: str) -> ZoneInfo:
    """The time zone of the calendar by which complaints against a unit are counted; raises `NotFit`
    for a unit that cannot receive any."""
    return Reception(session).usual_ground(unit).calendar.zone


class Reception:
    """One transaction's view of the bank: each unit, pack and calendar is looked up once."""

    def __init__(self, session: Session, dates: ReceiptDates | None = None) -> None:
        self._session = session
        self._dates = dates
        self._grounds: dict[tuple[str, str | None], Ground | Flaw] = {}
        self.now = transaction_time(session)

    def against(self, draft: Draft, unread: Sequence[Flaw] = ()) -> tuple[Flaw, ...]:
        """What stands against a complaint; see `what_stands_against`."""
        found = flaws_of(draft, self.now, read_text_limits(), self._dates)
        if draft.unit is not None:
            ground = self._ground(draft, draft.unit)
            found += [ground] if isinstance(ground, Flaw) else flaws_under(ground.pack, draft)
        fields = {flaw.where for flaw in unread}
        return (*unread, *(flaw for flaw in found if flaw.where not in fields))

    def ground_of(self, complaint: Complaint) -> Ground:
        """What the complaint is received on; raises `NotFit` with everything against it."""
        against = self.against(complaint)
        ground = self._ground(complaint, complaint.unit)
        if against or isinstance(ground, Flaw):
            raise NotFit(against)
        return ground

    def usual_ground(self, unit: str) -> Ground:
        """What a complaint against the unit is received on, as a rule; raises `NotFit`."""
        ground = self._under(unit, None)
        if isinstance(ground, Flaw):
            raise NotFit([ground])
        return ground

    def _ground(self, draft: Draft, unit: str) -> Ground | Flaw:
        """The unit's own rules, or those that take their place in this situation (D-01, K-40)."""
        usual = self._under(unit, draft.policy)
        if isinstance(usual, Flaw) or draft.situation is None or draft.received_at is None:
            return usual
        on = usual.calendar.local_day(draft.received_at)
        for pack in current_packs(self._session):
            if pack.stands_in_for(usual.pack.name, draft.situation, on):
                return self._under(unit, pack.name)
        return usual

    def _under(self, unit: str, policy: str | None) -> Ground | Flaw:
        place = unit, policy
        if place not in self._grounds:
            self._grounds[place] = self._look_up(*place)
        return self._grounds[place]

    def _look_up(self, unit: str, policy: str | None) -> Ground | Flaw:
        bank = units_above(self._session, unit)
        if unit not in bank.units:
            return Flaw.of("unit", BadInput.NO_SUCH_UNIT)
        if bank.units[unit].is_closed:
            return Flaw.of("unit", BadInput.UNIT_CLOSED)
        name = policy or bank.pack_of(unit)
        version = current_version(self._session, name) if name else None
        if version is None:
            return Flaw.of("policy", BadInput.NO_SUCH_POLICY)
        pack = published_pack(self._session, version)
        return Ground(
            unit=unit,
            level=bank.units[unit].level,
            version=version,
            pack=pack,
            calendar=load_calendar(pack.calendar),
        )
