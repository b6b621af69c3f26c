"""What waits for a second person: shown to whoever may decide, decided, carried out once."""

from dataclasses import dataclass

from desk.approvals.policies import publish_agreed
from desk.cases import ActOutcome, CaseDesk
from desk.people import make_administrator
from domain.approvals import COLLECTED, Approval, ApprovalKind, ApprovalOutcome
from domain.case import Actor
from domain.relations import Reader
from store.approvals.lists import answers_to, asked_by, read_approval, to_decide
from store.approvals.requests import decide, hear
from store.cases.approved_acts import store_approved_act, tell_asker
from store.database import DatabaseSession, Sessions
from store.people.records import hold_the_bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What one person finds under "waits for you"."""

    to_decide: tuple[Approval, ...]
    answers: tuple[Approval, ...]
    """To own requests, as long as nobody has said that they know."""
    asked: tuple[Approval, ...]
    """Own requests that others decide on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A request after its decision, and what the workflow said where it was an act on a case."""

    approval: Approval
    outcome: ActOutcome | None = None


class ApprovalDesk:
    """Requests and decisions of every kind."""

    def __init__(self, sessions: Sessions, cases: CaseDesk) -> None:
        self._sessions = sessions
        self._cases = cases

    def waiting_for(self, reader: Reader) -> Waiting:
        """What this person has to decide, what became of their own requests, and what waits."""
        with self._sessions() as session:
            return Waiting(
                to_decide=to_decide(session, reader),
                answers=answers_to(session, reader),
                asked=asked_by(session, reader),
            )

    def read(self, approval_id: str, reader: Reader) -> Approval | None:
        """One request, for who asked and for who may decide; to others there is none."""
        with self._sessions() as session:
            return read_approval(session, approval_id, reader)

    def hear(self, approval_id: str, by: Actor) -> None:
        """Whoever asked has read the answer."""
        with self._sessions.begin() as session:
            hear(session, approval_id, by.person)

    def decide(
        self, approval_id: str, outcome: ApprovalOutcome, by: Actor, why: str = ""
    ) -> Decided:
        """End a request, and carry out what was agreed to, once. Raises `Refused` and `NotFit`."""
        with self._sessions.begin() as session:
            # Nobody else changes people meanwhile; and the locks are taken in one order.
            hold_the_bank(session)
            decided = decide(
                session, approval_id, outcome, by=by, why=why, carry_out=self._carry_out
            )
            tell_asker(session, decided)
        if decided.outcome is ApprovalOutcome.APPROVED and "act" in decided.request:
            return Decided(approval=decided, outcome=self._cases.deliver(approval_id))
        return Decided(approval=decided)

    @staticmethod
    def _carry_out(session: DatabaseSession, approval: Approval) -> None:
        if approval.kind in COLLECTED:
            return  # Whoever asked does it, having been agreed with.
        match approval.kind:
            case ApprovalKind.MAKE_ADMINISTRATOR:
                make_administrator(session, approval)
            case ApprovalKind.PUBLISH_POLICY:
                publish_agreed(session, approval)
            case ApprovalKind.ERASE_ALL_DUE:
                pass  # The worker does it, case by case (`relay.erasures`).
            case _:
                # A reset is agreed to through `desk.repair`, where what it would do is shown.
                assert "act" in approval.request
                store_approved_act(session, approval)
