"""Where codes become words, and nowhere else: statuses, categories, events, refusals, flaws.

Every phrase passes through gettext; its Chinese lies in `web/translations`. A test holds this file
against every enumeration, act and pack, so a new member fails until it has its words.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from domain import classification
from domain.case import SYSTEM, Milestone, Status
from domain.classification import (
    AnonymousKind,
    Category,
    Channel,
    Counting,
    CustomerTier,
    DeadlineClass,
    DemandKind,
    Disposal,
    Level,
    Mark,
    MediaReach,
    Responsibility,
    Role,
    Satisfaction,
    Severity,
    Validity,
    WithdrawalKind,
)
from domain.complaint import BadInput, Flaw, Language
from domain.conditions import CONDITIONS, YesNo
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.failures import FailureCause
from domain.journal import REDRESS
from domain.notices import NoticeAudience
from domain.policy import DateSetBy, Nature, PenaltySchedule, TimeUnit
from domain.report_tables import Figure, Part
from domain.verification import Invariant
from engine.repair import Retried
from store.evidence.audit import Action
from store.reads.queues import QueueView
from web.base.context import bank
from web.base.phrases import LazyString, _, _l, day_as, instant_as, language_code
from web.wording.procedures import (
    PENALTY_WORDS,
    PROCEDURE_ACTS,
    PROCEDURE_CLOCKS,
    PROCEDURE_FIELDS,
    PROCEDURES,
    ActWords,
)

Words = Mapping[Any, LazyString]

ENUMERATIONS: Mapping[type[StrEnum], Words] = {
    **PROCEDURES,
    Status: {
        Status.RECEIVED: _l("Received"),
        Status.ASSIGNED: _l("Assigned"),
        Status.IN_PROGRESS: _l("In progress"),
        Status.REPLIED: _l("Replied"),
        Status.DISPOSED: _l("Settled"),
        Status.CLOSED: _l("Closed"),
    },
    Channel: {
        Channel.PHONE: _l("Telephone"),
        Channel.OPINION_BOOK: _l("Opinion book or box"),
        Channel.INTERNET: _l("Internet"),
        Channel.VISIT: _l("Visit"),
        Channel.LETTER: _l("Letter"),
        Channel.MEDIA: _l("Media"),
        Channel.TRANSFERRED: _l("Handed down by a superior or an authority"),
    },
    Category: {
        Category.WORK_ERROR: _l("Work error"),
        Category.SERVICE_ATTITUDE: _l("Service attitude"),
        Category.INTERNAL_MANAGEMENT: _l("Internal management"),
        Category.SERVICE_PRODUCT: _l("Service product"),
        Category.SERVICE_CHANNEL: _l("Service channel"),
        Category.ILLEGAL_OPERATION: _l("Illegal operation"),
        Category.FINANCIAL_CRIME: _l("Financial crime"),
        Category.ANONYMOUS: _l("Anonymous complaint"),
    },
    DeadlineClass: {
        DeadlineClass.GENERAL: _l("General"),
        DeadlineClass.COMPLEX: _l("Complex"),
    },
    Severity: {
        Severity.ORDINARY: _l("Ordinary"),
        Severity.MAJOR: _l("Major"),
    },
    Mark: {
        **PROCEDURES[Mark],
        Mark.WELL_KNOWN_PERSON: _l("Well-known person"),
        Mark.HOT_TOPIC: _l("Hot or sensitive topic"),
        Mark.REPUTATION: _l("Reputation at risk"),
    },
    Invariant: {
        Invariant.CASE_HAS_WORKFLOW: _l("An open case is in nobody's care"),
        Invariant.WORKFLOW_HAS_CASE: _l("A workflow, or a receipt, without its case"),
        Invariant.STEP_ONCE_AND_IN_TIME: _l("A step of a clock twice, early or overdue"),
        Invariant.COMMAND_COUNTS_ONCE: _l("An act and its answer do not match"),
        Invariant.NOTICE_SENT_OR_DEAD: _l("A notice nobody is sending"),
        Invariant.ROWS_MATCH_WORKFLOW: _l("Pages and workflow do not say the same"),
        Invariant.JOURNAL_UNALTERED: _l("A journal or a complaint was altered"),
        Invariant.ONLY_LEGAL_MOVES: _l("A journal holds what was not allowed"),
        Invariant.FILES_WHOLE: _l("An attachment is missing or altered"),
        Invariant.EVERYTHING_MOVES: _l("Something is stuck or waits too long"),
        Invariant.NOTHING_PERSONAL_LEAKED: _l("Personal data where it must not be"),
        Invariant.DATES_PROVED: _l("A date cannot be computed again"),
    },
    Validity: {
        **PROCEDURES[Validity],
        Validity.VALID: _l("Valid: the facts bear it out"),
        Validity.SPECIAL: _l("Special: handled by the rules, or not borne out"),
    },
    Responsibility: {
        Responsibility.BANK: _l("The bank's fault"),
        Responsibility.NOT_BANK: _l("Not the bank's fault"),
        Responsibility.BOTH: _l("Both sides' fault"),
    },
    Satisfaction: {
        Satisfaction.SATISFIED: _l("Satisfied"),
        Satisfaction.NEUTRAL: _l("Neither satisfied nor dissatisfied"),
        Satisfaction.DISSATISFIED: _l("Dissatisfied"),
        Satisfaction.NOT_REACHED: _l("Customer not reached"),
    },
    WithdrawalKind: {
        WithdrawalKind.VOLUNTARY: _l("Of the customer's own free will"),
        WithdrawalKind.COERCED: _l("Under pressure"),
    },
    Level: {
        **PROCEDURES[Level],
        Level.OUTLET: _l("Outlet"),
        Level.TIER_1: _l("Tier-1 branch"),
        Level.HEAD_OFFICE: _l("Head office"),
    },
    Role: {
        **PROCEDURES[Role],
        Role.INTAKE: _l("Intake"),
        Role.HANDLER: _l("Handler"),
        Role.SUPERVISOR: _l("Supervisor"),
        Role.HR: _l("Human resources"),
        Role.REGULATOR_LIAISON: _l("Regulator liaison"),
        Role.ADMINISTRATOR: _l("Administrator"),
    },
    Language: {
        Language.EN: _l("English"),
        Language.ZH: _l("Chinese"),
    },
    Milestone: {
        **PROCEDURES[Milestone],
        Milestone.RECEIVED: _l("receipt of the complaint"),
        Milestone.FORWARDED: _l("forwarding to the unit"),
        Milestone.DELIVERED: _l("delivery to the unit"),
        Milestone.STARTED: _l("start of the work"),
        Milestone.REPLIED: _l("reply to the customer"),
        Milestone.SENDER_REPLIED: _l("reply to the sender"),
        Milestone.DISPOSED: _l("settlement"),
        Milestone.CLOSED: _l("closing"),
        Milestone.REOPENED: _l("reopening"),
    },
    Event: {
        **PROCEDURES[Event],
        Event.RECEIVED: _l("Complaint received"),
        Event.IMPORTED: _l("Complaint imported"),
        Event.CLASSIFIED: _l("Complaint classified"),
        Event.FORWARDED: _l("Forwarded to a unit"),
        Event.ASSIGNED: _l("Given to a handler"),
        Event.STARTED: _l("Work started"),
        Event.NOTED: _l("Note added"),
        Event.ATTACHED: _l("File added"),
        Event.CUSTOMER_ASKED: _l("Customer asked"),
        Event.CUSTOMER_ANSWERED: _l("Customer answered"),
        Event.EXTENSION_REQUESTED: _l("Later date asked for"),
        Event.EXTENDED: _l("Later date granted"),
        Event.EXTENSION_REFUSED: _l("Later date refused"),
        Event.REPLIED: _l("Customer told the result"),
        Event.SENDER_REPLIED: _l("Sender told the result"),
        Event.DISPOSED: _l("Case settled"),
        Event.CLOSED: _l("Case closed"),
        Event.WITHDRAWN: _l("Complaint withdrawn"),
        Event.REOPENED: _l("Case reopened"),
        Event.ACKNOWLEDGED: _l("Escalation acknowledged"),
        Event.WARNED: _l("Warning given"),
        Event.BREACHED: _l("Time limit exceeded"),
        Event.ESCALATED: _l("Escalated"),
    },
    FailureCause: {
        FailureCause.WORKFLOW_STUCK: _l("Stuck on a mistake in the program"),
        FailureCause.STEP_FAILING: _l("A step fails again and again"),
        FailureCause.RUN_GONE: _l("Open, but nothing runs for it"),
        FailureCause.HELD_UP: _l("Overdue, though nothing fails"),
        FailureCause.COMMAND_UNDELIVERED: _l("Something asked for is not delivered"),
        FailureCause.ERRAND_FAILING: _l("The engine cannot be told"),
        FailureCause.NOTICE_DEAD: _l("A notice was given up"),
    },
    Retried: {
        Retried.RESTARTED: _l("The case was taken up again from its record."),
        Retried.TAKEN_UP: _l("The case goes on from where it was stuck. Nothing is repeated."),
        Retried.STEP_HURRIED: _l("The failing step is being tried now."),
        Retried.ASKED: _l("Nothing was failing; the case was asked to look again."),
        Retried.ENGINE_AWAY: _l("The engine does not answer. It is told as soon as it is back."),
    },
    DateSetBy: {
        DateSetBy.SENDER: _l("the sender's own date"),
        DateSetBy.COMMITMENT: _l("the date promised to the customer"),
    },
    YesNo: {
        YesNo.YES: _l("yes"),
        YesNo.NO: _l("no, it was not"),
    },
    Figure: {
        Figure.RECEIVED: _l("Complaints received"),
        Figure.SETTLED: _l("Settled so far"),
        Figure.LATE: _l("With a time limit exceeded"),
        Figure.OWN_FAULT: _l("The bank at fault, alone or with the customer"),
        Figure.STAFF_ERRORS: _l("Errors of staff"),
    },
    Part: {
        Part.FIGURES: _l("Figures"),
        Part.COUNTING: _l("How they count"),
        Part.CATEGORIES: _l("By category"),
        Part.PROCESS_CAUSES: _l("Causes that lie with the process, not with a person"),
        Part.UNITS: _l("By unit"),
        Part.REGISTER: _l("Complaints, one by one"),
        Part.APPRAISAL: _l("Justified complaints about a person, for the appraisal"),
    },
    Nature: {
        Nature.STATUTORY: _l("binding by regulation"),
        Nature.INTERNAL: _l("internal"),
    },
    QueueView: {
        QueueView.MINE: _l("My cases"),
        QueueView.UNASSIGNED: _l("Not assigned"),
        QueueView.RECEIVED_BY_ME: _l("Received by me"),
        QueueView.ALL: _l("All open cases"),
        QueueView.BREACHED: _l("Late"),
        QueueView.ESCALATED: _l("Escalated cases"),
    },
    Action: {
        Action.LOGGED_IN: _l("Logged in"),
        Action.LOG_IN_FAILED: _l("Log-in failed"),
        Action.LOCKED_OUT: _l("Log-in refused while locked"),
        Action.LOGGED_OUT: _l("Logged out"),
        Action.PASSWORD_SET: _l("Password set"),
        Action.LOOKED_AT_COMPLAINT: _l("Opened a case"),
        Action.LOOK_REFUSED: _l("Refused a look"),
        Action.REPORT_SUBMITTED: _l("Report marked as submitted"),
        Action.PERIODIC_REPORT_SUBMITTED: _l("Submitted a report that was owed"),
        Action.NOTICE_TRIED_AGAIN: _l("Had a dead notice sent again"),
        Action.NOTICE_LEFT_DEAD: _l("Left a dead notice as it is"),
        Action.OUTSIDER_TOLD: _l("Told by telephone or letter"),
        Action.REPAIR_RETRIED: _l("Had a case tried again"),
        Action.REPAIR_REQUESTED: _l("Asked to take a case back"),
        Action.REPAIR_APPROVED: _l("Agreed to take a case back"),
        Action.REPAIR_DECLINED: _l("Left a case as it is"),
        Action.HISTORY_ARCHIVED: _l("Archived a history of the engine"),
        Action.SAVED_FILE: _l("Saved a file"),
        Action.DAMAGED_FILE: _l("Asked for a damaged file"),
        Action.POLICY_PUBLISHED: _l("Put a policy in force, at the console"),
        Action.TOKEN_CREATED: _l("Made a token for another system"),
        Action.TOKEN_REVOKED: _l("Revoked a token"),
        Action.TOKEN_REFUSED: _l("Refused a token: unknown, run out or revoked"),
        Action.BEYOND_TOKEN: _l("Refused what a token is not for"),
        Action.HEADS_TAKEN: _l("Signed the heads of the journals"),
    },
    Refusal: {
        **PROCEDURES[Refusal],
        Refusal.NOT_YOUR_ROLE: _l("Your role may not do this; it is for: %(roles)s."),
        Refusal.NOT_IN_THIS_STATUS: _l(
            "This cannot be done while the case stands at “%(status)s”."
        ),
        Refusal.CHANGED_MEANWHILE: _l(
            "Somebody changed the case since you opened this page. The page now shows how it"
            " stands; read it and send your form again if it still fits."
        ),
        Refusal.WORDS_MISSING: _l("Please write down: %(missing)s."),
        Refusal.PERSON_COMPLAINED_ABOUT: _l(
            "The person complained about may not handle the complaint. Choose somebody else."
        ),
        Refusal.NOT_A_HANDLER: _l("This person does not handle complaints. Choose somebody else."),
        Refusal.SAME_HANDLER: _l("This person has the case already."),
        Refusal.ALREADY_STARTED: _l("The work has started already."),
        Refusal.NOT_THE_HANDLER: _l("Only the handler of the case or a supervisor may do this."),
        Refusal.ALREADY_WAITING: _l("A question to the customer is open already."),
        Refusal.NOT_WAITING: _l("No question to the customer is open."),
        Refusal.NO_SUCH_CLOCK: _l("The time limit “%(clock)s” is not running on this case."),
        Refusal.NOT_EXTENDABLE: _l("The time limit “%(clock)s” may not be extended."),
        Refusal.DATE_NOT_LATER: _l("The new date must lie after the date it replaces."),
        Refusal.EXTENSION_PENDING: _l("A request for a later date is waiting for its answer."),
        Refusal.NO_EXTENSION_PENDING: _l("Nobody has asked for a later date."),
        Refusal.EXTENSIONS_USED_UP: _l(
            "This time limit has been extended as often as the rules allow (%(limit)s)."
        ),
        Refusal.OWN_REQUEST: _l("Somebody else must decide about your own request."),
        Refusal.REPLY_INCOMPLETE: _l("The reply still lacks: %(missing)s."),
        Refusal.NOT_CLASSIFIED: _l("Classify the complaint first."),
        Refusal.REPLY_REQUIRED: _l("The customer must be told the result first."),
        Refusal.SENDER_REPLY_REQUIRED: _l(
            "The department that handed the complaint over must be answered first."
        ),
        Refusal.NO_SENDER: _l("Nobody handed this complaint over, so nobody awaits this answer."),
        Refusal.DISPOSITION_INCOMPLETE: _l("Say whether the complaint is valid and whose fault."),
        Refusal.NOTHING_TO_ACKNOWLEDGE: _l("This escalation has been acknowledged already."),
        Refusal.UNKNOWN_REFERENCE: _l("There is no case %(reference)s."),
        Refusal.ASKED_OTHERWISE: _l(
            "This form was sent before, with other contents, and those were taken. If you mean this"
            " as something further, look at the case as it is now, and send it once more."
        ),
        Refusal.RECEIVED_OTHERWISE: _l(
            "This form was sent before, with other contents, and taken down as %(reference)s. What"
            " it said then stands. Add what is new to that case as a note; for another complaint,"
            " open a new form."
        ),
        Refusal.RESERVED_ID: _l(
            "This form carries an id that belongs to Redress itself, so nothing was done. Open the"
            " page anew and send it from there."
        ),
        Refusal.REPORT_TOO_EARLY: _l(
            "This report is about days still to come. It can be submitted from %(day)s on."
        ),
        Refusal.NOTICE_NOT_DEAD: _l("This notice is not dead: it is on its way, or was sent."),
    },
    BadInput: {
        BadInput.EMPTY: _l("Please fill this in."),
        BadInput.TOO_LONG: _l(
            "This is too long: %(found)s characters, and there is room for %(limit)s."
        ),
        BadInput.TOO_SHORT: _l(
            "This is too short: %(found)s characters, and it takes at least %(limit)s."
        ),
        BadInput.CONTROL_CHARACTERS: _l(
            "This holds characters that cannot be shown. Type them anew instead of pasting them."
        ),
        BadInput.IN_THE_FUTURE: _l("This lies in the future."),
        BadInput.NOT_A_DATE: _l("This is no date and time, such as 2026-11-22 09:30."),
        BadInput.NOT_A_CHOICE: _l("Choose one of the entries of the list."),
        BadInput.NOT_AN_AMOUNT: _l("This is no amount in yuan, such as 1200 or 1200.50."),
        BadInput.NOT_AN_EMAIL: _l("This is no e-mail address, such as name@example.com."),
        BadInput.SENDER_DATE_MISSING: _l("Enter the date by which the sender wants an answer."),
        BadInput.SENDER_MISSING: _l("Say who handed the complaint over."),
        BadInput.NO_SUCH_UNIT: _l("There is no such unit. Choose one of the list."),
        BadInput.NO_SUCH_POLICY: _l(
            "No rules are published for this unit. Ask an administrator to publish a policy."
        ),
        BadInput.FILE_TOO_LARGE: _l("This file is larger than %(limit)s MB."),
        BadInput.FILE_KIND: _l(
            "Files of this kind are not taken, or this one is not what its name says."
        ),
        BadInput.TOO_MANY_FILES: _l("A case may have %(limit)s files, and it has them already."),
        BadInput.TAKEN: _l("This is taken already. Choose another."),
        BadInput.NOT_A_NAME: _l("Small letters, digits and hyphens only, at most 40."),
        BadInput.NOT_A_KEY: _l(
            "Make a UUID for each complaint, and send the same one each time you send that"
            " complaint."
        ),
        BadInput.NOT_AN_INSTANT: _l(
            "This is no instant with its distance from UTC, such as 2026-11-22T09:30:00+08:00."
        ),
        BadInput.NO_SUCH_FIELD: _l("A complaint has no such field."),
        BadInput.WRONG_KIND: _l(
            "This is not of the kind that the description of the interface asks for."
        ),
    },
}


ACT_WORDS: Mapping[str, ActWords] = {
    **PROCEDURE_ACTS,
    "classify": ActWords(
        title=_l("Classify"),
        about=_l("Says what the complaint is about. The time limits follow from it."),
        done=_l("The complaint is classified."),
    ),
    "forward": ActWords(
        title=_l("Forward to a unit"),
        about=_l("Sends the slip to the unit that must act. Its time limit starts on delivery."),
        done=_l("The complaint is with the unit now."),
    ),
    "assign": ActWords(
        title=_l("Assign or transfer"),
        about=_l("Gives the case to a handler, who is told at once."),
        done=_l("The case is assigned."),
    ),
    "start": ActWords(
        title=_l("Start the work"),
        about=_l("Says that the handling has begun: customer contacted, files drawn."),
        done=_l("The work has started."),
    ),
    "note": ActWords(
        title=_l("Add a note"),
        about=_l("Writes something down in the journal and changes nothing else."),
        done=_l("The note is in the journal."),
    ),
    "attach": ActWords(
        title=_l("Add a file"),
        about=_l("Puts a file with the case. It cannot be changed or taken away again."),
        done=_l("The file is with the case."),
    ),
    "ask_customer": ActWords(
        title=_l("Ask the customer"),
        about=_l("Time limits that may wait stand still until the answer is recorded."),
        done=_l("The question is recorded. The customer is told."),
    ),
    "take_answer": ActWords(
        title=_l("Record the customer's answer"),
        about=_l("Time limits that stood still go on from here."),
        done=_l("The answer is recorded."),
    ),
    "request_extension": ActWords(
        title=_l("Ask for a later date"),
        about=_l("Somebody else decides. The date stays where it is until then."),
        done=_l("The request is waiting for a decision."),
    ),
    "approve_extension": ActWords(
        title=_l("Grant the later date"),
        about=_l("Moves the date. The customer, and who handed the complaint over, are told."),
        done=_l("The later date is granted."),
    ),
    "refuse_extension": ActWords(
        title=_l("Refuse the later date"),
        about=_l("Leaves the date where it is and tells the handler why."),
        done=_l("The later date is refused."),
    ),
    "reply": ActWords(
        title=_l("Reply to the customer"),
        about=_l("Tells the customer the result. The time limit for the reply stops here."),
        done=_l("The reply is recorded. The customer is told."),
    ),
    "reply_to_sender": ActWords(
        title=_l("Reply to the sender"),
        about=_l("Answers the department or body that handed the complaint over."),
        done=_l("The reply to the sender is recorded."),
    ),
    "dispose": ActWords(
        title=_l("Settle the case"),
        about=_l("Says how it ended: was it valid, whose fault was it, what was made good."),
        done=_l("The case is settled."),
    ),
    "close": ActWords(
        title=_l("Close the case"),
        about=_l("Puts the complete file away."),
        done=_l("The case is closed."),
    ),
    "withdraw": ActWords(
        title=_l("Record a withdrawal"),
        about=_l(
            "The customer takes the complaint back. If freely, every time limit of the handling"
            " stops; if under pressure, none does."
        ),
        done=_l("The withdrawal is recorded."),
    ),
    "reopen": ActWords(
        title=_l("Reopen the case"),
        about=_l("Takes a closed case up again. The policy says which time limits start anew."),
        done=_l("The case is open again."),
    ),
    "acknowledge": ActWords(
        title=_l("Acknowledge an escalation"),
        about=_l("Says that you have heard it. It goes on to the next receiver otherwise."),
        done=_l("The escalation is acknowledged."),
    ),
}


def act_words(kind: str) -> ActWords:
    """The words of an act."""
    return ACT_WORDS[kind]


FIELDS: Mapping[str, LazyString] = {
    **PROCEDURE_FIELDS,
    "amount_fen": _l("Amount at stake (yuan)"),
    "answer": _l("The customer's answer"),
    "calendar": _l("Calendar"),
    "instead_of": _l("Instead of"),
    "category": _l("Category"),
    "cause": _l("Cause"),
    "counting": _l("Counting"),
    "figure": _l("Figure"),
    "number": _l("Number"),
    "person": _l("Person"),
    "periodical": _l("Report"),
    "begins": _l("From day"),
    "ends": _l("To day"),
    "points_at_most": _l("Points at most"),
    "case": _l("Case"),
    "channel": _l("Channel"),
    "clock": _l("Time limit"),
    "clock+step": _l("Escalation"),
    "deadline_class": _l("Deadline class"),
    "demand": _l("What the customer wants"),
    "due_at": _l("Due at"),
    "digest": _l("SHA-256"),
    "email": _l("E-mail"),
    "file": _l("File"),
    "file_name": _l("Name of the file"),
    "findings": _l("What was found"),
    "handled_at": _l("When it was handled"),
    "handler": _l("Handler"),
    "handler_name": _l("Name of the person who handled it"),
    "handler_phone": _l("Telephone of the person who handled it"),
    "language": _l("Language of the customer"),
    "lessons": _l("Lessons and improvements"),
    "letter": _l("Text of the reply"),
    "level": _l("Level"),
    "login": _l("Login name"),
    "marks": _l("Circumstances"),
    "measures": _l("What was done"),
    "name": _l("Name of the customer"),
    "narrative": _l("What happened, in the customer's words"),
    "note": _l("Note"),
    "mark": _l("Circumstance"),
    "severity": _l("Severity"),
    "has_sender": _l("Handed over by somebody"),
    "password": _l("Password"),
    "person_complained_about": _l("Person complained about"),
    "persons": _l("Persons responsible and how they were dealt with"),
    "phone": _l("Telephone"),
    "policy": _l("Policy"),
    "question": _l("Question to the customer"),
    "reason": _l("Reason"),
    "received_at": _l("Received at (Beijing time)"),
    "receiver": _l("Told to"),
    "redress_fen": _l("Made good (yuan)"),
    "responsibility": _l("Whose fault"),
    "rule": _l("Rule"),
    "satisfaction": _l("How satisfied the customer is"),
    "sender": _l("Handed over by"),
    "sender_due_at": _l("The sender wants an answer by (Beijing time)"),
    "size": _l("Size"),
    "status": _l("Status"),
    "step": _l("Step"),
    "subject": _l("Subject"),
    "unit": _l("Unit"),
    "until_at": _l("New date (Beijing time)"),
    "overtaken_by": _l("Not sent, overtaken by"),
    "planned_at": _l("Planned for"),
    "validity": _l("Validity"),
    "withdrawal": _l("How the complaint was withdrawn"),
}
"""Names of what is typed in or written down, the same wherever it appears."""

CLOCKS: Mapping[str, LazyString] = {
    **PROCEDURE_CLOCKS,
    "forward": _l("Forwarding"),
    "start": _l("Start"),
    "reply": _l("Reply"),
    "sender": _l("Reply to the sender"),
    "pass-on": _l("Passing on"),
}
"""Names of clocks, as packs call them."""

STEPS: Mapping[str, LazyString] = {
    "breach": _l("Time limit exceeded"),
    "supervisor": _l("To the supervisor"),
    "hr": _l("To human resources"),
    "regulator": _l("To the regulator liaison"),
}

DAYS: Mapping[str, LazyString] = {
    "working": _l("working day"),
    "weekend": _l("weekend"),
    "receipt": _l("day of receipt: not counted"),
    "waiting": _l("waiting for the customer: not counted"),
    "calendar": _l("calendar day"),
}


def words(code: StrEnum) -> str:
    """The words for a code. One without words is shown bare, so that no page breaks for it."""
    found = ENUMERATIONS.get(type(code), {}).get(code)
    return str(found) if found is not None else _bare(code)


def label(field: str) -> str:
    """How a field is called."""
    return _phrase(FIELDS, field)


def clock_name(key: str) -> str:
    """A clock's name; started a second time it carries its number."""
    name, _mark, number = key.partition(".")
    return _phrase(CLOCKS, name) + (f" ({number})" if number else "")


def step_name(step: str) -> str:
    """A warning by its number, or a rung by who hears."""
    kind, _mark, number = step.partition("-")
    if kind == "warning":
        return _("Warning %(number)s", number=number)
    return _phrase(STEPS, step)


def why_day(why: str) -> str:
    """Why a day counted or not, as a derivation says it."""
    kind, _mark, name = why.partition(":")
    if kind == "holiday":
        return _("holiday (%(name)s)", name=name)
    if kind == "make-up":
        return _("make-up workday (%(name)s)", name=name)
    return _phrase(DAYS, kind)


def refusal_sentence(refused: Refused) -> str:
    """The rule that says no, as a sentence the person can act on."""
    sentence = ENUMERATIONS[Refusal].get(refused.code)
    if sentence is None:
        return _bare(refused.code)
    return str(sentence) % {name: _fact(name, text) for name, text in refused.facts.items()}


def flaw_sentence(flaw: Flaw) -> str:
    """What is wrong with something typed, and what would be right."""
    sentence = ENUMERATIONS[BadInput].get(flaw.code)
    if sentence is None:
        return _bare(flaw.code)
    return str(sentence) % {"limit": flaw.limit, "found": flaw.found}


def person_name(person: str | None) -> str:
    """A person by name; Redress by its own when a clock acted."""
    if person is None:
        return _("nobody")
    if person == REDRESS:
        return _("Redress")
    if person.startswith(SYSTEM):
        return _("the system %(name)s", name=person.removeprefix(SYSTEM))
    found = bank().people.get(person)
    return found.name if found else person


def unit_name(unit: str) -> str:
    """A unit in the language of the page."""
    found = bank().units.get(unit)
    return found.name(language_code()) if found else unit


def yuan(fen: int) -> str:
    """An amount of money; 120050 fen are `1,200.50`."""
    return f"{Decimal(fen) / 100:,.2f}"


def when(instant: datetime) -> str:
    """An instant on the bank's wall clock, written alike in both languages."""
    return instant_as("yyyy-MM-dd HH:mm", instant)


def on_day(day: date) -> str:
    """A day with its weekday."""
    return day_as("yyyy-MM-dd EEE", day)


def span_words(span: str) -> str:
    """A length of time as a policy writes it: `3 working days`."""
    amount, _mark, unit = span.partition(" ")
    if not amount.isdecimal():
        return words(DateSetBy(span)) if span in set(DateSetBy) else span
    singular = unit.removesuffix("s")
    number = int(amount)
    match singular:
        case TimeUnit.WORKING_DAY:
            spoken = _("1 working day"), _("%(number)s working days", number=number)
        case TimeUnit.WORKING_HOUR:
            spoken = _("1 working hour"), _("%(number)s working hours", number=number)
        case TimeUnit.CALENDAR_DAY:
            spoken = _("1 calendar day"), _("%(number)s calendar days", number=number)
        case TimeUnit.CLOCK_HOUR:
            spoken = _("1 hour"), _("%(number)s hours", number=number)
        case _:
            spoken = _("1 second"), _("%(number)s seconds", number=number)
    one, many = spoken
    return one if number == 1 else many


def fact_words(name: str, value: object) -> str:
    """A fact of a journal entry, in words: its code, name, amount or instant."""
    text = str(value)
    if name in PEOPLE_FACTS:
        return person_name(text)
    if name.endswith("unit"):
        return unit_name(text)
    if name.endswith("_fen"):
        return yuan(int(text))
    if name.endswith("_at"):
        return when(datetime.fromisoformat(text))
    if name in {"clock", "overrun"}:
        return clock_name(text)
    if name in {"step", "overtaken_by"}:
        return step_name(text)
    if name == "rule":
        return rule_words(text)
    if name in {"schedule", "post"}:
        return _phrase(PENALTY_WORDS, text)
    kind = CODED_FACTS.get(name)
    if kind is not None and text in set(kind):
        return words(kind(text))
    return text


def penalty_words(schedule: PenaltySchedule) -> str:
    """A fault, what it may cost each post, and whom it reaches without a sum."""
    fault = _(
        "%(fault)s: %(least)s to %(most)s yuan each",
        fault=_phrase(PENALTY_WORDS, schedule.name),
        least=yuan(schedule.at_least_fen),
        most=yuan(schedule.at_most_fen),
    )
    withheld, leaders = (
        _joined(_phrase(PENALTY_WORDS, post) for post in posts)
        for posts in (schedule.withholds_pay_of, schedule.holds_responsible)
    )
    if withheld:
        fault += _("; performance pay withheld: %(posts)s", posts=withheld)
    if leaders:
        fault += _("; held responsible: %(leaders)s", leaders=leaders)
    return fault


def rule_words(rule: str) -> str:
    """The rule a figure comes from, or that the bank chose it itself."""
    return _("default") if rule == "default" else rule


def told_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts of an entry that a person wants to read: their names and what they say.

    PostgreSQL gives them by the length of their names; where they come from belongs last.
    """
    return [
        (label(name), fact_words(name, value))
        for name, value in sorted(facts.items(), key=lambda fact: fact[0] == "rule")
        if name not in UNTOLD_FACTS and not name.endswith(("_level", "_unit"))
    ]


def length_words(seconds: int) -> str:
    """A length of time that was counted in hours or seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=left)


def recipient_name(recipient: str) -> str:
    """Who a notice is for: somebody of the staff by name, an outsider by what they are."""
    match recipient:
        case NoticeAudience.COMPLAINANT:
            return _("the customer")
        case NoticeAudience.SENDER:
            return _("who handed the complaint over")
        case _:
            return person_name(recipient)


def reader_name(to: str) -> str:
    """Who a periodic report goes to, as a pack writes it: a role, a level, or the regulator."""
    for kind in (Role, Level):
        if to in set(kind):
            return words(kind(to))
    return _("the regulator") if to == "regulator" else _bare(to)


def event_words(event: str) -> str:
    """What happened, from the bare code of a row."""
    return words(Event(event)) if event in set(Event) else _bare(event)


def audit_action(action: str) -> str:
    """What was noted, from the bare code of a row."""
    return words(Action(action)) if action in set(Action) else _phrase(OTHER_ACTIONS, action)


OTHER_ACTIONS: Mapping[str, LazyString] = {
    "history_archived": _l("History archived"),
}
"""What other parts of Redress note."""

UNTOLD_FACTS = frozenset({"level", "complaint_seal"})
PEOPLE_FACTS = frozenset({"handler", "receiver", "person", "person_complained_about"})
CODED_FACTS: Mapping[str, type[StrEnum] | None] = {
    **CONDITIONS,
    "anonymous": AnonymousKind,
    "cause": classification.Cause,
    "counting": Counting,
    "figure": Figure,
    "demand_kind": DemandKind,
    "disposal": Disposal,
    "reach": MediaReach,
    "tier": CustomerTier,
    "satisfaction": Satisfaction,
    "status": Status,
    "withdrawal": WithdrawalKind,
}


def teach(app: Flask) -> None:
    """Let templates speak in words."""
    filters: dict[str, Callable[..., Any]] = {
        "words": words,
        "label": label,
        "clock_name": clock_name,
        "step_name": step_name,
        "why_day": why_day,
        "person": person_name,
        "unit": unit_name,
        "yuan": yuan,
        "when": when,
        "on_day": on_day,
        "span_words": span_words,
        "length_words": length_words,
        "told_facts": told_facts,
        "recipient": recipient_name,
        "reader": reader_name,
        "event": event_words,
        "audit_action": audit_action,
        "rule": rule_words,
        "penalty": penalty_words,
        "fact": lambda value, name: fact_words(name, value),
    }
    app.jinja_env.filters |= {name: _asked_anew(speak) for name, speak in filters.items()}
    app.jinja_env.globals.update(act_words=ACT_WORDS)


def _asked_anew(speak: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is asked for every page. Without the context a template would ask once, when
    it is compiled, what `'name' | label` says, and answer in its first reader's language for ever.
    """

    @pass_context
    def asked(_: Context, *values: Any) -> Any:
        return speak(*values)

    return asked


def _fact(name: str, text: str) -> str:
    """A fact inside a refusal: its codes are words of ours too."""
    match name:
        case "roles":
            return _joined(words(Role(each)) for each in text.split(", "))
        case "status":
            return words(Status(text))
        case "clock":
            return clock_name(text)
        case "needs":
            return words(Milestone(text))
        case "level":
            return words(Level(text))
        case "until":
            return when(datetime.fromisoformat(text))
        case _ if name.endswith("_fen"):
            return yuan(int(text))
        case "missing":
            return _joined(label(each) for each in text.split(", "))
        case _:
            return text


def _joined(parts: Any) -> str:
    return _(", ").join(parts)


def _phrase(phrases: Mapping[str, LazyString], code: str) -> str:
    found = phrases.get(code)
    return str(found) if found is not None else _bare(code)


def _bare(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")
