"""What people did outside the journals."""

from collections.abc import Mapping
from enum import StrEnum

from store.asked_from import ACCOUNT_AT_CONSOLE
from store.evidence.audit import Action
from web.base.phrases import Words, _, _l, phrase_of

WORDS: Mapping[type[StrEnum], Words] = {
    Action: {
        Action.LOGGED_IN: _l("Logged in"),
        Action.LOG_IN_FAILED: _l("Log-in failed"),
        Action.LOCKED_OUT: _l("Made to wait after wrong log-ins"),
        Action.LOGGED_OUT: _l("Logged out"),
        Action.PASSWORD_SET: _l("Password set"),
        Action.LOOKED_AT_COMPLAINT: _l("Opened a case"),
        Action.LOOKED_AT_STATUS: _l("Looked at how a case stands"),
        Action.READ_OWN_FINDING: _l("Read what was found about themselves"),
        Action.LOOK_REFUSED: _l("Refused a look"),
        Action.SEARCHED: _l("Searched"),
        Action.LISTED: _l("Looked at a list"),
        Action.LISTED_FILES: _l("Looked at the list of files"),
        Action.READ_DRAFT: _l("Read a draft for the regulator"),
        Action.READ_REPORT: _l("Read a report that was owed"),
        Action.SAVED_REPORT: _l("Saved a report that was owed"),
        Action.SAVED_RETURN: _l("Saved a return to an authority"),
        Action.SAVED_CASE_REPORT: _l("Saved a report to the regulator"),
        Action.PERIODIC_REPORT_CORRECTED: _l("Corrected a report that was submitted"),
        Action.ASKED_FOR_REPORT: _l("Asked for a report"),
        Action.READ_ASKED_REPORT: _l("Read a report that was asked for"),
        Action.SAVED_ASKED_REPORT: _l("Saved a report that was asked for"),
        Action.RETURN_SUBMITTED: _l("Submitted a return to an authority"),
        Action.RETURN_RECEIPT_NOTED: _l("Noted the receipt number of a return"),
        Action.READ_ANALYSIS: _l("Looked at the complaints behind a number"),
        Action.SAVED_ANALYSIS: _l("Saved an analysis"),
        Action.FILED_BOARD_PACK: _l("Made a pack for the board"),
        Action.SAVED_BOARD_PACK: _l("Saved a pack for the board"),
        Action.DAMAGED_BOARD_PACK: _l("Asked for a damaged pack for the board"),
        Action.HAND_OVER_MADE: _l("Made a file for HR of what was decided about people"),
        Action.HAND_OVER_RECEIVED: _l("Noted the receipt of HR for a file"),
        Action.SAVED_HAND_OVER: _l("Saved a file for HR of what was decided about people"),
        Action.READ_ASSESSMENT: _l("Read an assessment"),
        Action.SAVED_ASSESSMENT: _l("Saved an assessment"),
        Action.WALKED: _l("Asked for many things that are not theirs"),
        Action.WALK_LOOKED_INTO: _l("Looked into who asked for many things"),
        Action.REPORT_SUBMITTED: _l("Report marked as submitted"),
        Action.PERIODIC_REPORT_SUBMITTED: _l("Submitted a report that was owed"),
        Action.LOOKED_AT_MAIL: _l("Opened a mail that is not joined"),
        Action.MAIL_JOINED: _l("Joined a mail to a case"),
        Action.MAIL_REGISTERED: _l("Took a complaint down from a mail"),
        Action.MAIL_SET_ASIDE: _l("Set a mail aside"),
        Action.NOTICE_TRIED_AGAIN: _l("Had a dead notice sent again"),
        Action.NOTICE_LEFT_DEAD: _l("Left a dead notice as it is"),
        Action.OUTSIDER_TOLD: _l("Told by telephone or letter"),
        Action.REPAIR_RETRIED: _l("Had a case tried again"),
        Action.RETRIES_ASKED_FOR: _l("Had all cases of an incident tried again"),
        Action.RETRIES_STOPPED: _l("Stopped trying the cases of an incident again"),
        Action.RETRIES_RESUMED: _l("Went on trying the cases of an incident again"),
        Action.INCIDENT_ASSIGNED: _l("Handed an incident to somebody"),
        Action.INCIDENT_TAKEN_BACK: _l("Took an incident back from somebody"),
        Action.INCIDENT_OVER: _l("Ended an incident: its cases go on again"),
        Action.REPAIR_REQUESTED: _l("Asked to take a case back"),
        Action.REPAIR_APPROVED: _l("Agreed to take a case back"),
        Action.REPAIR_DECLINED: _l("Left a case as it is"),
        Action.HISTORY_ARCHIVED: _l("Archived a history of the engine"),
        Action.SAVED_FILE: _l("Saved a file"),
        Action.SAVED_HISTORY: _l("Saved the history of a case"),
        Action.DAMAGED_FILE: _l("Asked for a damaged file"),
        Action.POLICY_PUBLISHED: _l("Put a policy in force"),
        Action.CALENDAR_APPLIED: _l("Applied a calendar to open cases"),
        Action.SAVED_MANY: _l("Saved many customers' cases in one file"),
        Action.TOKEN_CREATED: _l("Made a token for another system"),
        Action.TOKEN_REVOKED: _l("Revoked a token"),
        Action.TOKEN_REFUSED: _l("Refused a token: unknown, run out or revoked"),
        Action.BEYOND_TOKEN: _l("Refused what a token is not for"),
        Action.KEYS_TURNED: _l("Encrypted anew under the first key"),
        Action.CUSTOMER_TRACED: _l("Asked who has seen a customer"),
        Action.CUSTOMER_REVEALED: _l("Saw a customer's data unmasked"),
        Action.HEADS_TAKEN: _l("Signed the heads of the journals"),
        Action.INTRUSION_REFUSED: _l("Refused a word to the engine that was not ours"),
        Action.UNIT_CREATED: _l("Made a unit"),
        Action.UNIT_CHANGED: _l("Changed a unit"),
        Action.PERSON_CREATED: _l("Took somebody on"),
        Action.PERSON_CHANGED: _l("Changed what somebody is here"),
        Action.INVITED: _l("Made somebody a link to set a password"),
        Action.PASSWORD_CHANGED: _l("Changed the own password"),
        Action.APPROVAL_REQUESTED: _l("Asked for a second person"),
        Action.APPROVAL_APPROVED: _l("Agreed as the second person"),
        Action.APPROVAL_DECLINED: _l("Declined as the second person"),
        Action.APPROVAL_TAKEN_BACK: _l("Took a request back"),
        Action.SECOND_FACTOR_SET: _l("Set up a second factor"),
        Action.SECOND_FACTOR_RESET: _l("Took a second factor away"),
        Action.RECOVERY_CODE_USED: _l("Used a recovery code"),
        Action.APPROVAL_EXPIRED: _l("Ended a request that nobody decided on"),
        Action.ERASED_AGAIN: _l("Had erased again what a restored backup had brought back"),
        Action.APPROVAL_OVERTAKEN: _l("Did not do what was agreed to: it had been overtaken"),
    },
}


def audit_action(action: str) -> str:
    """What was noted, from the bare code of a row."""
    return phrase_of(WORDS[Action], action)


def asked_from(place: str) -> str:
    """From where somebody asked: an address, or an account at the console, which proves no name."""
    account = place.removeprefix(ACCOUNT_AT_CONSOLE)
    if account == place:
        return place
    return _("at the console, by the machine's account “%(account)s”", account=account)
