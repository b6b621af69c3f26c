"""What happens to a case, carried out by the record as its workflow would ask for it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from domain.acts import AnyAct, Need
from domain.case import BREACH, Case
from domain.clocks.ledger import Clock
from domain.clocks.steps import next_step
from domain.errors import Refused
from domain.escalation import due_now
from domain.events import Event
from domain.journal import CaseState
from domain.notices import Delivery
from store.cases.commands import store_command
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.policies.packs import published_pack
from store.tables import CommandRow, NoticeRow
from tests.activities.letters import notices_through
from tests.agreement import agree
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.by_the_record import carry_out
from tests.mail_sink import MailSink

FIRST_ASK = {"name": "a name", "phone": "100", "subject": "a card", "demand": "a card that works"}
"""What packs want to know of a customer (D-08)."""

ANYTHING = "said so on Monday"
"""What people write down where something must be."""


class Work:
    """The cases of one bank."""

    def __init__(self, sessions: Sessions, sink: MailSink, *rooms: str) -> None:
        self._sessions = sessions
        self._sink = sink
        self._notices = notices_through(sessions, sink.url, *rooms, patience=30)

    def received(self, pack: str, **complaint: Any) -> str:
        """A complaint is taken down under a pack."""
        over = {"received_at": datetime.now(UTC), "policy": pack, **FIRST_ASK, **complaint}
        with self._sessions.begin() as session:
            return receive(session, a_complaint(**over), WHOLE.actor("ines")).reference

    def case(self, reference: str) -> Case:
        return self._standing(reference).case

    def clocks(self, reference: str) -> tuple[Clock, ...]:
        return self._standing(reference).clocks

    def does(self, reference: str, act: AnyAct, by: str, *words: str) -> None:
        """Somebody does something, through the same door as the pages."""
        required = {name for name, need in act.words.items() if need is Need.REQUIRED}
        with self._sessions.begin() as session:
            asked = store_command(
                session,
                command_id=str(uuid4()),
                reference=reference,
                act=act,
                words=dict.fromkeys(required.union(words), ANYTHING),
                by=WHOLE.actor(by),
                seen_version=None,
            )
        carry_out(self._sessions, reference, asked.id)

    def do_together(self, reference: str, act: AnyAct, by: str, with_: str) -> None:
        """Somebody asks for what takes two, and a second person agrees."""
        words = {name: ANYTHING for name, need in act.words.items() if need is Need.REQUIRED}
        command_id = str(uuid4())
        with self._sessions.begin() as session:
            asker, second = WHOLE.actor(by), WHOLE.actor(with_)
            agree(session, command_id, reference, act, asker, second, words)
        carry_out(self._sessions, reference, command_id)

    def refused(self, reference: str, act: AnyAct, by: str, *words: str) -> Refused:
        """The refusal that this meets."""
        try:
            self.does(reference, act, by, *words)
        except Refused as refused:
            return refused
        raise AssertionError("it was accepted")

    def carry_out_what_waits(self, reference: str) -> None:
        """What the pages have stored for this case, in its order."""
        with self._sessions() as session:
            waiting = select(CommandRow.id).where(
                CommandRow.reference == reference, CommandRow.status == "stored"
            )
            ids = session.scalars(waiting.order_by(CommandRow.stored_at)).all()
        for command_id in ids:
            carry_out(self._sessions, reference, command_id)

    def forget_what_waits(self, reference: str) -> None:
        """What the pages have stored for this case was refused, and is heard no more."""
        refused = update(CommandRow).where(
            CommandRow.reference == reference, CommandRow.status == "stored"
        )
        with self._sessions.begin() as session:
            session.execute(refused.values(status="refused"))

    def let_happen(self, reference: str, event: Event, clock: str) -> None:
        """Time passes until this has happened to this clock by itself."""
        standing = self._standing(reference)
        before = _fired(standing.case, event, clock)
        for _ in range(40):
            step = next_step(standing.clocks)
            assert step is not None, f"{event} never comes for {clock}"
            with self._sessions.begin() as session:
                conduct = published_pack(session, standing.case.policy).conduct
                change = due_now(standing, step.fires_at, conduct)
                assert change is not None
                standing = record(session, change)
            if _fired(standing.case, event, clock) > before:
                return
        raise AssertionError(f"{event} never came for {clock}")

    def post(self, reference: str) -> dict[str, list[str]]:
        """Every notice of this case that waits goes out; the mail each person has by it."""
        with self._sessions() as session:
            waiting = select(NoticeRow.id).where(
                NoticeRow.reference == reference, NoticeRow.delivery == Delivery.PENDING
            )
            ids = session.scalars(waiting.order_by(NoticeRow.id)).all()
        before = len(self._sink.taken)
        for each in ids:
            self._notices.send(each)
        mail: dict[str, list[str]] = {}
        for message in self._sink.taken[before:]:
            body = message.get_body()
            assert body is not None
            person = str(message["To"]).partition("@")[0].strip("<")
            mail.setdefault(person, []).append(f"{message['Subject']}\n{body.get_content()}")
        return mail

    def _standing(self, reference: str) -> CaseState:
        with self._sessions() as session:
            return standing_of(session, reference)


def _fired(case: Case, event: Event, clock: str) -> int:
    """How often this has happened; what falls due at one instant is written down together."""
    steps = [each.step for each in case.fired if each.clock == clock]
    breaches = steps.count(BREACH)
    warnings = sum(each.startswith("warning") for each in steps)
    happened = {Event.BREACHED: breaches, Event.WARNED: warnings}
    return happened.get(event, len(steps) - breaches - warnings)
