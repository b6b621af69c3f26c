"""What administrators are told: what is held up and why, what does not agree, what was done."""

from collections.abc import Mapping
from enum import StrEnum

from desk.imports.mapping import Separator
from domain.approvals import ApprovalKind, ApprovalOutcome
from domain.attachments import Wrong
from domain.failures import FailureCause, Intrusion
from domain.mails import MailboxTrouble, MailFlaw
from domain.notices import Obstacle
from domain.retention import KeptFor, RetentionClass, TextStore
from domain.statuses import RetryStatus
from domain.uploads import UploadStatus
from domain.verification import Invariant
from engine.repair import Retried
from store.evidence.chain import Tampering
from web.base.phrases import LazyString, Words, _l

WORDS: Mapping[type[StrEnum], Words] = {
    UploadStatus: {
        UploadStatus.UPLOADED: _l("Uploaded"),
        UploadStatus.CHECKING: _l("Being checked"),
        UploadStatus.CHECKED: _l("Checked"),
        UploadStatus.IMPORTING: _l("Being imported"),
        UploadStatus.STOPPED: _l("Stopped"),
        UploadStatus.DONE: _l("Imported"),
        UploadStatus.UNREADABLE: _l("Cannot be read"),
    },
    Separator: {
        Separator.COMMA: _l("comma"),
        Separator.SEMICOLON: _l("semicolon"),
        Separator.TAB: _l("tab"),
    },
    RetentionClass: {
        RetentionClass.MAJOR: _l("major, or with one office alone"),
        RetentionClass.NOT_PURSUED: _l("withdrawn, or the same letter again"),
        RetentionClass.IMPORTED: _l("imported from before"),
        RetentionClass.ORDINARY: _l("ordinary"),
    },
    TextStore: {
        TextStore.COMPLAINT: _l("complaints with their customers"),
        TextStore.JOURNAL: _l("texts of journals"),
        TextStore.COMMANDS: _l("texts of what was asked for"),
        TextStore.REQUESTS: _l("reasons given to a second person"),
        TextStore.FILES: _l("files"),
        TextStore.MAILS: _l("senders of mails"),
        TextStore.NOTICES: _l("answers of gateways"),
        TextStore.LOOKS: _l("reasons for unmasking"),
        TextStore.IMPORTS: _l("reports of imports"),
        TextStore.FORMS: _l("forms kept for a log-in"),
    },
    MailboxTrouble: {
        MailboxTrouble.AWAY: _l(
            "Its mail server does not answer, or with OAuth 2 the identity provider. Look at the"
            " addresses and the network."
        ),
        MailboxTrouble.NOT_LET_IN: _l(
            "Its mail server refuses the name or the password, or with OAuth 2 the token, or none"
            " is given. Look at REDRESS_MAILBOX_URL; with OAuth 2, at the client: its secret, its"
            " scope, and whether it may use this mailbox."
        ),
        MailboxTrouble.NOT_ENCRYPTED: _l(
            "The connection to its mail server cannot be encrypted: it offers no TLS, or shows a"
            " certificate that this machine does not trust. No password was sent."
        ),
        MailboxTrouble.NO_FOLDER: _l(
            "A folder is missing there, or mails cannot be moved. Look at REDRESS_MAILBOX_URL."
        ),
        MailboxTrouble.FAULT: _l(
            "Something went wrong as it was read, and what was not taken still lies there. The"
            " worker's log says what kind of fault it is."
        ),
    },
    MailFlaw: {
        MailFlaw.UNREADABLE: _l(
            "Something in this mail is not written as mails are. Read it in the mailbox itself."
        ),
        MailFlaw.MAIL_TOO_LARGE: _l(
            "This mail is too large to be taken. Read it in the mailbox itself."
        ),
        MailFlaw.TEXT_TOO_LONG: _l(
            "Only its beginning is shown here; the file mail.txt has all of it."
        ),
        MailFlaw.MASKED: _l(
            "A card number, an identity number or a password in it was masked. The mailbox has it"
            " as it came."
        ),
        MailFlaw.FILE_TOO_LARGE: _l("not taken, the file is too large. It is in the mailbox."),
        MailFlaw.FILE_KIND: _l("not taken, files of this kind are not. It is in the mailbox."),
        MailFlaw.FILE_NAME: _l("not taken, its name will not do. It is in the mailbox."),
        MailFlaw.FILE_EMPTY: _l("not taken, the file is empty."),
        MailFlaw.TOO_MANY_FILES: _l(
            "not taken, the case has no room for more files. It is in the mailbox."
        ),
    },
    KeptFor: {
        KeptFor.ERASED: _l("it is erased already"),
        KeptFor.OPEN: _l("it is open"),
        KeptFor.HELD: _l("a legal hold lies on it"),
        KeptFor.TASK_OPEN: _l("a task is open"),
        KeptFor.APPEAL_PENDING: _l("an appeal waits for its decision"),
        KeptFor.CLOCK_RUNS: _l("a time limit is still running"),
        KeptFor.REPORT_OWED: _l("a report to the regulator is owed"),
        KeptFor.NOTICE_UNSENT: _l("the customer is still to be sent word"),
        KeptFor.REQUEST_WAITS: _l("something in it waits for a second person"),
        KeptFor.KEPT: _l("its time is not over"),
    },
    ApprovalKind: {
        ApprovalKind.REDRESS: _l("Make good or promise a large sum"),
        ApprovalKind.FINDING: _l("Decide who is responsible"),
        ApprovalKind.PENALTY: _l("Propose a high penalty"),
        ApprovalKind.WITHDRAWAL: _l("Record a withdrawal"),
        ApprovalKind.CLOSE_MAJOR: _l("Close a major case"),
        ApprovalKind.LETTER: _l("Read a letter before it goes out"),
        ApprovalKind.LATER_DATE: _l("Set a later date"),
        ApprovalKind.RESET: _l("Take a case back"),
        ApprovalKind.PUBLISH_POLICY: _l("Put a policy in force"),
        ApprovalKind.APPLY_CALENDAR: _l("Apply a calendar to open cases"),
        ApprovalKind.NEW_TOKEN: _l("Make a token for another system"),
        ApprovalKind.MAKE_ADMINISTRATOR: _l("Make somebody an administrator"),
        ApprovalKind.READ_MANY: _l("Save many customers' cases in one file"),
        ApprovalKind.SUBMIT_RETURN: _l("Submit a return to an authority"),
        ApprovalKind.SUBMIT_CASE_REPORT: _l("Submit a report to the regulator"),
        ApprovalKind.LIFT_HOLD: _l("Lift a legal hold"),
        ApprovalKind.ERASURE: _l("Erase a case"),
        ApprovalKind.ERASE_ALL_DUE: _l("Erase every case that is due"),
    },
    ApprovalOutcome: {
        ApprovalOutcome.APPROVED: _l("agreed to"),
        ApprovalOutcome.DECLINED: _l("declined"),
        ApprovalOutcome.TAKEN_BACK: _l("taken back"),
        ApprovalOutcome.EXPIRED: _l("nobody decided in time"),
        ApprovalOutcome.OVERTAKEN: _l("agreed to, and not to be done any more"),
    },
    FailureCause: {
        FailureCause.WORKFLOW_STUCK: _l("Stuck on a mistake in the program"),
        FailureCause.RUN_OF_SOMEBODY_ELSE: _l("Somebody else’s run is in its place"),
        FailureCause.STEP_FAILING: _l("A step fails again and again"),
        FailureCause.RUN_GONE: _l("Open, but nothing runs for it"),
        FailureCause.HELD_UP: _l("Overdue, though nothing fails"),
        FailureCause.COMMAND_UNDELIVERED: _l("Something asked for is not delivered"),
        FailureCause.ERRAND_FAILING: _l("The engine cannot be told"),
        FailureCause.NOTICE_DEAD: _l("A notice was given up"),
        FailureCause.PAUSED: _l("Paused in the engine"),
        FailureCause.INTRUSION: _l("Somebody else spoke to the engine"),
    },
    Intrusion: {
        Intrusion.NO_COMMAND: _l("An act that nobody asked for on any page"),
        Intrusion.NOT_ENCRYPTED: _l("A word in the clear, by somebody without our keys"),
        Intrusion.NOT_FROM_HERE: _l("A word that was altered, or copied from elsewhere"),
        Intrusion.RUN_ENDED: _l("Its run was ended; the case was taken up again from its record"),
    },
    Obstacle: {
        Obstacle.ENCLOSURE: _l(
            "The file of the letter is missing here, or damaged. Keep the letter anew, and send"
            " that."
        ),
        Obstacle.ADDRESS: _l(
            "No mail can be written to this address. Ask the customer for another way."
        ),
        Obstacle.MAILBOX: _l("The mail server knows no such mailbox."),
        Obstacle.CONTENTS: _l("The mail server does not take what the mail says."),
        Obstacle.NOT_LET_IN: _l(
            "The mail server refuses us. Look at the password and the sender in the settings; with"
            " OAuth 2, at the client: its secret, its scope, and whether it may use this mailbox."
        ),
        Obstacle.BUSY: _l("The other side said each time that it was busy."),
        Obstacle.AWAY: _l("Nobody answered there. Look at the address and the network."),
        Obstacle.SLOW: _l("No answer came in time."),
        Obstacle.QUEUED: _l("Its turn at the robot never came."),
        Obstacle.TOO_OFTEN: _l("The robot said each time that it is used too often."),
        Obstacle.NO_ROBOT: _l(
            "The robot does not exist any more, or its key is wrong. Put its address into the"
            " settings anew."
        ),
        Obstacle.ROBOT_OFF: _l("The robot is switched off, or its room is closed."),
        Obstacle.SAFETY: _l(
            "The safety settings of the robot do not let this through: its key word, its secret,"
            " or the addresses it allows."
        ),
        Obstacle.TOO_LONG: _l("The text is too long for the robot."),
        Obstacle.UNFIT: _l("The robot does not take this text. Look at the words of the notices."),
        Obstacle.CAME_BACK: _l("The mail server took it, and it came back: it was not delivered."),
        Obstacle.UNCLEAR: _l("The answer did not say that it was taken, and nobody here knows it."),
    },
    RetryStatus: {
        RetryStatus.FIRST: _l("one case is tried first, and watched for a moment"),
        RetryStatus.RUNNING: _l("the first one goes on, and the others follow"),
        RetryStatus.STOPPED: _l("stopped"),
        RetryStatus.FIRST_FAILED: _l("the first one failed again, and the others were left alone"),
        RetryStatus.DONE: _l("all were tried"),
    },
    Retried: {
        Retried.RESTARTED: _l("The case was taken up again from its record."),
        Retried.TAKEN_UP: _l("The case goes on from where it was stuck. Nothing is repeated."),
        Retried.STEP_HURRIED: _l("The failing step is being tried now."),
        Retried.ASKED: _l("Nothing holds the case up any more. It was asked to look once more."),
        Retried.PAUSED: _l("The case is paused in the engine. Whoever paused it can let it go on."),
        Retried.ENGINE_AWAY: _l("The engine does not answer. It is told as soon as it is back."),
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
        Invariant.ENTRY_ASKED_FOR: _l("A journal entry that nobody asked for"),
    },
    Tampering: {
        Tampering.ENTRY_ALTERED: _l("an entry was altered since it was written, or was forged"),
        Tampering.WORDS_ALTERED: _l(
            "texts of an entry were altered, or are gone and nobody erased them"
        ),
        Tampering.ERASURE_UNDONE: _l("the case was erased, and there are texts in its journal"),
        Tampering.COMPLAINT_ALTERED: _l("the complaint is not the one that was received"),
        Tampering.CHAIN_BROKEN: _l("entries were taken out, put in or swapped"),
        Tampering.TAIL_CUT: _l("the last entries are missing"),
        Tampering.CHAIN_MISSING: _l("the whole journal is gone"),
        Tampering.GUARD_OFF: _l("a trigger that forbids changes is missing, off, or forbids less"),
        Tampering.HEADS_ALTERED: _l(
            "the signed heads outside the database were altered, or a file of them is gone"
        ),
        Tampering.HEADS_UNNOTED: _l("the audit does not say that these heads were signed"),
    },
    Wrong: {
        Wrong.MISSING: _l("the file is not there"),
        Wrong.FLIPPED: _l("the file is not what was put there"),
        Wrong.ORPHAN: _l("a file that belongs to nothing"),
    },
}

ADVICE: Mapping[FailureCause, LazyString] = {
    FailureCause.WORKFLOW_STUCK: _l(
        "Nothing is lost. Deploy a program without the mistake, then try again."
    ),
    FailureCause.RUN_OF_SOMEBODY_ELSE: _l(
        "Nothing is lost. Try again: that run is ended, and the case is taken up from its record."
        " Then find out who reaches the engine’s port; whoever started it has none of our keys."
    ),
    FailureCause.STEP_FAILING: _l("Put right what the error names, then try again."),
    FailureCause.RUN_GONE: _l("Try again: the case is taken up from its record."),
    FailureCause.HELD_UP: _l("See whether a worker is running, then try again."),
    FailureCause.COMMAND_UNDELIVERED: _l(
        "It is stored and delivered as soon as the engine answers."
    ),
    FailureCause.ERRAND_FAILING: _l("It is repeated by itself; trying again does it at once."),
    FailureCause.NOTICE_DEAD: _l("See to it under “Unsent notices”."),
    FailureCause.PAUSED: _l(
        "Whoever is named has paused it with the engine's own tools, and can let it go on. Until"
        " then what people ask is stored."
    ),
    FailureCause.INTRUSION: _l(
        "It changed nothing. Find out who reaches the engine’s port; trying the case again takes it"
        " off this list."
    ),
}
"""What to do about each."""


def intrusion(code: str) -> str:
    """What somebody tried who is not Redress, from the bare code of a failure."""
    return str(WORDS[Intrusion][Intrusion(code)])


def advice(cause: FailureCause) -> str:
    """What an administrator can do about a failed case."""
    return str(ADVICE[cause])
