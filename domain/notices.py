"""Who is told what, when something happened. The words are made where the notice is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import zip_longest

from domain.afterwards import Survey
from domain.case import Case, CaseTask, Milestone, is_of_a_task
from domain.classification import Role, WithdrawalKind
from domain.directory import Directory
from domain.events import Event
from domain.findings import FINDING, FindingStage, latest_on
from domain.journal import OVERTAKEN, Entry
from domain.letters import LetterWay
from domain.permission_names import Permission
from domain.permissions import holders
from domain.relations import kept_out
from domain.tasks.charge import Charge

COMPLAINANT = "complainant"
SENDER = "sender"


class NoticeAudience(StrEnum):
    """Whom a notice is written for: each is told the same event in other words."""

    COMPLAINANT = COMPLAINANT
    SENDER = SENDER
    """The department or body that handed the complaint over (A-33, A-39)."""
    STAFF = "staff"

    @classmethod
    def of(cls, recipient: str) -> "NoticeAudience":
        return cls(recipient) if recipient in OUTSIDERS else cls.STAFF


OUTSIDERS = frozenset({COMPLAINANT, SENDER})
"""Recipients without an inbox here: what cannot be sent to them, a person must tell them."""

OWED = frozenset(
    {
        Event.CUSTOMER_ASKED,
        Event.EXTENDED,
        Event.DATE_EXTENDED,
        Event.REPLIED,
        Event.COMMITTED,
        Event.OVERRUN_EXPLAINED,
        Event.STATUS_TOLD,
        Event.OPINION_GIVEN,
        Event.TREATED_AS_DEMAND,
        Event.LETTER_SENT,
        Event.WARNED,
    }
)
"""What an outsider must hear one way or another: without an address it becomes a task. A receipt
needs none, its reference was told on the spot; nor does a closure, which adds nothing to the reply
(A-37 for the extension; the rest default)."""


class Delivery(StrEnum):
    """Where the sending of a notice stands."""

    INBOX = "inbox"
    """Shown in the pages and nowhere else: there is no way to send it."""
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    """Given up: somebody must see to it."""


class Obstacle(StrEnum):
    """Why a message was not taken: a class of failure that names nobody."""

    ENCLOSURE = "enclosure"
    """The letter that goes with it is missing here, or damaged."""
    ADDRESS = "address"
    """No mail can be written to this address."""
    MAILBOX = "mailbox"
    """The mail server knows no such mailbox."""
    CONTENTS = "contents"
    """The mail server does not take what it says."""
    NOT_LET_IN = "not_let_in"
    """The mail server refuses us: our password, our sender."""
    BUSY = "busy"
    """Not now, says the other side."""
    AWAY = "away"
    """Nobody answers there."""
    SLOW = "slow"
    """No answer came in time."""
    QUEUED = "queued"
    """Others go first: the robot takes only so many messages a minute."""
    TOO_OFTEN = "too_often"
    """The robot has been spoken through too often."""
    NO_ROBOT = "no_robot"
    """The robot is gone, or its key is wrong."""
    ROBOT_OFF = "robot_off"
    """The robot, or its room, is closed."""
    SAFETY = "safety"
    """The robot's own safety settings refuse it: key word, signature, or where it comes from."""
    TOO_LONG = "too_long"
    UNFIT = "unfit"
    """The robot does not take this text or its form."""
    UNCLEAR = "unclear"
    """An answer that nobody here knows, or none that says it was taken."""
    CAME_BACK = "came_back"
    """The mail server took it, and it came back later: it could not be delivered."""

    @property
    def is_final(self) -> bool:
        """Whether asking again is of no use before somebody has mended something."""
        return self in _FINAL


_FINAL = frozenset(
    {
        Obstacle.ENCLOSURE,
        Obstacle.ADDRESS,
        Obstacle.MAILBOX,
        Obstacle.CONTENTS,
        Obstacle.NO_ROBOT,
        Obstacle.ROBOT_OFF,
        Obstacle.SAFETY,
        Obstacle.TOO_LONG,
        Obstacle.UNFIT,
        Obstacle.CAME_BACK,
    }
)
"""The rest may pass by itself; and when the mail server refuses us, the next in line may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An intent to tell somebody something, once."""

    recipient: str
    """A person's id, or `complainant`, or `sender` (the department that handed it over)."""
    about: Event
    dedupe_key: str
    """The receiver of a repeated message can tell by it that it is the same one."""
    task: str | None = None
    """The key of the task it speaks of, if it speaks of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How hard a notice is tried; the bank's choice (`policies/notices/sending.yaml`)."""

    further_tries: int
    """After the first, which is at once."""
    seconds_between_tries: int
    seconds_to_wait_for_a_gateway: int
    seconds_for_one_try: int
    forgotten_after_seconds: int
    look_for_forgotten_every_seconds: int

    @property
    def whole_ladder(self) -> timedelta:
        """From the first try to the last, when nobody asks for longer waits."""
        return timedelta(seconds=self.further_tries * self.seconds_between_tries)


def notices_for(
    case: Case, entry: Entry, directory: Directory, receiver: str | None
) -> tuple[Notice, ...]:
    """The notices an entry calls for, each recipient once, and whoever stands in for one who is
    absent; none to who did it, nor ever to the persons it keeps out (A-36).
    """
    named = dict.fromkeys(_recipients(case, entry, directory, receiver))
    never = kept_out(case)
    stand_ins = (directory.stand_in_of(each, never=never) for each in named if each is not None)
    recipients = dict.fromkeys((*named, *stand_ins))
    clock = entry.facts.get("clock", "")
    return tuple(
        Notice(
            recipient=recipient,
            about=entry.event,
            dedupe_key=f"{case.reference}/{entry.key}/{recipient}",
            task=clock if is_of_a_task(clock) else None,
        )
        for recipient in recipients
        if recipient is not None and recipient not in {entry.by, *kept_out(case)}
        if recipient != COMPLAINANT or entry.facts.get("way") not in NOT_BY_MAIL
    )


NOT_BY_MAIL = frozenset(LetterWay) - {LetterWay.MAIL}
"""Whose letter came by post or by hand has been told by it."""


def notices_of_task(
    task: CaseTask, charge: Charge, case: Case, directory: Directory
) -> tuple[Notice, ...]:
    """Word to whoever is charged with a task, or is only to know of it, once to each, also when
    they have set it off themselves; and to human resources when nobody holds its office. None to
    whom the case keeps out; of a case that was handed to one office, to that office alone.
    """
    never = kept_out(case)
    told = {charge.person: Event.TASK_GIVEN if task.is_open else Event.INFORMED}
    if task.is_open and not charge.is_held and not case.restricted_to:
        told.setdefault(directory.receiver(Role.HR, case.unit, never=never), Event.TASK_UNHELD)
    return tuple(
        Notice(
            recipient=recipient,
            about=about,
            dedupe_key=f"{case.reference}/{task.key}/{recipient}",
            task=task.key,
        )
        for recipient, about in told.items()
        if recipient is not None and recipient not in never
    )


def notices_of_late_report(case: Case, key: str, directory: Directory) -> tuple[Notice, ...]:
    """Word that a report to the regulator is overdue, once: to the liaison, who owes it, and to
    human resources; of a restricted case, to its office.
    """
    liaison = hears_of(case, Role.REGULATOR_LIAISON, directory)
    heard = dict.fromkeys((liaison, hears_of(case, Role.HR, directory)))
    return tuple(
        Notice(
            recipient=each,
            about=Event.CASE_REPORT_LATE,
            dedupe_key=f"{key}/late/{each}",
        )
        for each in heard
        if each is not None
    )


def notice_of_survey(survey: Survey, case: Case) -> Notice:
    """The link to a survey, for the customer, once."""
    return Notice(
        recipient=COMPLAINANT,
        about=Event.SURVEY_OFFERED,
        dedupe_key=f"{case.reference}/survey/{survey.number}/{COMPLAINANT}",
    )


TOLD_OF_A_FINDING = {
    FindingStage.PROPOSED: Event.FINDING_PROPOSED,
    FindingStage.RESPONSIBLE: Event.FINDING_DECIDED,
    FindingStage.NOT_RESPONSIBLE: Event.FINDING_DECIDED,
    FindingStage.CONFIRMED: Event.FINDING_APPEAL_DECIDED,
    FindingStage.REVERSED: Event.FINDING_REVERSED,
}
"""What somebody is told of a finding on themselves, by where it has come to."""


def notices_of_findings(case: Case, entry: Entry, before: Case | None) -> Iterator[Notice]:
    """Word to everybody on whom something was found, decided or taken back just now, or is final,
    whom the case keeps out of all else; what they say themselves is no news to them."""
    known = before.findings if before else ()
    for number, (each, was) in enumerate(zip_longest(case.findings, known), start=1):
        about = TOLD_OF_A_FINDING.get(each.stage)
        if entry.event is Event.FINDING_FINAL:
            is_news = entry.facts["clock"] == f"{FINDING}{number}"
            about = Event.FINDING_FINAL
        else:
            is_news = was is None or was.stage is not each.stage
        if about is not None and is_news:
            yield Notice(
                recipient=each.person,
                about=about,
                dedupe_key=f"{case.reference}/{entry.key}/finding/{each.person}",
            )


TOLD_OF_ONESELF = frozenset(
    {
        *TOLD_OF_A_FINDING.values(),
        Event.FINDING_FINAL,
        Event.PENALTY_IMPOSED,
        Event.PENALTY_UNDONE,
        Event.COMMENDED,
    }
)
"""Word of what was found, decided or said about its reader, who may not see the case: it leads to
the page about themselves."""


def notices_of_penalties(case: Case, entry: Entry, before: Case | None) -> Iterator[Notice]:
    """Word to everybody on whom a penalty was imposed just now, or whose penalty was undone."""
    known = before.imposed if before else ()
    for each, was in zip_longest(case.imposed, known):
        if was is None or was.stands is not each.stands:
            yield Notice(
                recipient=each.person,
                about=Event.PENALTY_IMPOSED if each.stands else Event.PENALTY_UNDONE,
                dedupe_key=f"{case.reference}/{entry.key}/penalty/{each.number}",
            )


def may_be_told_in_a_room(case: Case) -> bool:
    """Whether a group chat may hear of a case at all: never of a restricted one, nor of one that
    keeps somebody of the bank out, who may sit in that room (A-36, A-43)."""
    return not case.restricted_to and not kept_out(case)


def hears_of(case: Case, role: Role, directory: Directory) -> str | None:
    """Who hears of a case for a role; of a restricted one, only the office it was handed to."""
    heard = case.restricted_to[0] if case.restricted_to else role
    return directory.receiver(heard, case.unit, never=kept_out(case))


def may_hear_of_request(case: Case, asker: str, directory: Directory) -> tuple[str, ...]:
    """Who is told that something about a case waits for a second person: the nearest of each role
    that decides, never who asked or who handles it; of a restricted case, its office.
    """
    never = kept_out(case) | {asker} | ({case.handler} if case.handler else frozenset())
    roles = case.restricted_to[:1] or tuple(reversed(holders(Permission.APPROVE)))
    found = (directory.receiver(role, case.unit, never=never) for role in roles)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def tells_outsiders(case: Case, directory: Directory) -> str | None:
    """Who tells an outsider what cannot be sent to them: the handler, else whoever heard the
    complaint first; where that one has left or is kept out of the case, or an office has it, the
    next person up (A-36).
    """
    near = case.handler or (None if case.restricted_to else case.first_owner)
    if near in directory.people and near not in kept_out(case):
        return near
    return hears_of(case, Role.SUPERVISOR, directory)


def follows(case: Case, directory: Directory) -> str | None:
    """Who follows a case to its end: whoever heard it first (A-05); once they come in no more, the
    supervisor, or who stands in for one. Nobody where an office has the case to itself.
    """
    if case.restricted_to:
        return None
    if case.first_owner in directory.people:
        return case.first_owner
    return hears_of(case, Role.SUPERVISOR, directory)


def _recipients(
    case: Case, entry: Entry, directory: Directory, receiver: str | None
) -> tuple[str | None, ...]:
    supervisor = hears_of(case, Role.SUPERVISOR, directory)
    match entry.event:
        case Event.WARNED if OVERTAKEN in entry.facts:
            return ()
        case Event.RECEIVED | Event.CUSTOMER_ASKED | Event.REPLIED | Event.CLOSED:
            return (COMPLAINANT,)
        case Event.ASSIGNED | Event.CUSTOMER_ANSWERED | Event.EXTENSION_REFUSED:
            return (case.handler,)
        case Event.UNDONE:
            return tuple(each for each in entry.facts.get("word_to", "").split(", ") if each)
        case Event.MAIL_RECEIVED:
            return (tells_outsiders(case, directory),)
        case Event.FORWARDED | Event.EXTENSION_REQUESTED | Event.TAKEN_BACK:
            return (supervisor,)
        case (
            Event.EXTENDED | Event.DATE_EXTENDED
        ):  # the customer and the forwarding department hear the reason.
            return (COMPLAINANT, SENDER if case.sender else None, case.handler)
        case Event.SENDER_REPLIED:
            return (SENDER,)
        case Event.WITHDRAWN if entry.facts.get("withdrawal") == WithdrawalKind.COERCED:
            return ()
        case Event.WITHDRAWN | Event.REOPENED:
            # The customer hears of a withdrawal, too: one made in his name comes to light.
            return (COMPLAINANT, case.handler)
        case Event.COMMITTED:  # C-22: they hear of it too.
            return (COMPLAINANT, SENDER if case.sender else None)
        case Event.OVERRUN_EXPLAINED:  # the department that received it hears the reason.
            received_by = None if case.restricted_to else case.first_owner
            return (COMPLAINANT, SENDER if case.sender else None, received_by)
        case Event.COMMENDED if case.commendations and not case.restricted_to:
            return (case.commendations[-1].person,)
        case Event.FINDING_REPLIED:
            replied = latest_on(case.findings, entry.by)
            return (replied.proposed_by,) if replied else ()
        case Event.PLANNED:  # H-03: who is to do it hears of it.
            return (case.plans[-1].person,)
        case Event.STATUS_TOLD | Event.OPINION_GIVEN | Event.TREATED_AS_DEMAND | Event.LETTER_SENT:
            return (COMPLAINANT,)
        case Event.APPEAL_DECIDED:
            return (COMPLAINANT, case.handler)
        case Event.URGED:  # D-08: the handler; and, urged again, the handler's head.
            times = sum(each.milestone is Milestone.URGED for each in case.milestones)
            return (case.handler or supervisor, supervisor if times > 1 else None)
        case Event.DISPUTE_RAISED | Event.CASE_REPORT_ACKNOWLEDGED:
            return (supervisor,)
        case Event.CASE_REPORT_SUBMITTED:
            return (supervisor, hears_of(case, Role.HR, directory))
        case Event.WARNED | Event.BREACHED if is_of_a_task(entry.facts.get("clock", "")):
            return (receiver,)
        case Event.WARNED | Event.BREACHED:
            return (receiver, follows(case, directory), entry.facts.get("tells"))
        case Event.ESCALATED:
            return (receiver,)
        case _:
            return ()
