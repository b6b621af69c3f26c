"""The audit trail beside the journals: log-ins, refused looks, looks at a customer's words."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.asked_from import ASKED_FROM
from store.tables import AuditRow, table_of


class Action(StrEnum):
    """What is noted. Each has words in both languages in `web/wording/audit.py`."""

    LOGGED_IN = "logged_in"
    LOG_IN_FAILED = "log_in_failed"
    LOCKED_OUT = "locked_out"
    LOGGED_OUT = "logged_out"
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an action
    LOOKED_AT_COMPLAINT = "looked_at_complaint"
    LOOKED_AT_STATUS = "looked_at_status"
    READ_OWN_FINDING = "read_own_finding"
    LOOK_REFUSED = "look_refused"
    SEARCHED = "searched"
    LISTED = "listed"
    LISTED_FILES = "listed_files"
    READ_DRAFT = "read_draft"
    READ_REPORT = "read_report"
    SAVED_REPORT = "saved_report"
    SAVED_RETURN = "saved_return"
    SAVED_CASE_REPORT = "saved_case_report"
    PERIODIC_REPORT_CORRECTED = "periodic_report_corrected"
    ASKED_FOR_REPORT = "asked_for_report"
    READ_ASKED_REPORT = "read_asked_report"
    SAVED_ASKED_REPORT = "saved_asked_report"
    RETURN_SUBMITTED = "return_submitted"
    RETURN_RECEIPT_NOTED = "return_receipt_noted"
    READ_ANALYSIS = "read_analysis"
    SAVED_ANALYSIS = "saved_analysis"
    FILED_BOARD_PACK = "filed_board_pack"
    SAVED_BOARD_PACK = "saved_board_pack"
    DAMAGED_BOARD_PACK = "damaged_board_pack"
    HAND_OVER_MADE = "hand_over_made"
    HAND_OVER_RECEIVED = "hand_over_received"
    SAVED_HAND_OVER = "saved_hand_over"
    READ_ASSESSMENT = "read_assessment"
    SAVED_ASSESSMENT = "saved_assessment"
    WALKED = "walked"
    WALK_LOOKED_INTO = "walk_looked_into"
    REPORT_SUBMITTED = "report_submitted"
    PERIODIC_REPORT_SUBMITTED = "periodic_report_submitted"
    LOOKED_AT_MAIL = "looked_at_mail"
    MAIL_JOINED = "mail_joined"
    MAIL_REGISTERED = "mail_registered"
    MAIL_SET_ASIDE = "mail_set_aside"
    NOTICE_TRIED_AGAIN = "notice_tried_again"
    NOTICE_LEFT_DEAD = "notice_left_dead"
    OUTSIDER_TOLD = "outsider_told"
    REPAIR_RETRIED = "repair_retried"
    RETRIES_ASKED_FOR = "retries_asked_for"
    RETRIES_STOPPED = "retries_stopped"
    RETRIES_RESUMED = "retries_resumed"
    INCIDENT_ASSIGNED = "incident_assigned"
    INCIDENT_TAKEN_BACK = "incident_taken_back"
    INCIDENT_OVER = "incident_over"
    REPAIR_REQUESTED = "repair_requested"
    REPAIR_APPROVED = "repair_approved"
    REPAIR_DECLINED = "repair_declined"
    HISTORY_ARCHIVED = "history_archived"
    SAVED_FILE = "saved_file"
    SAVED_HISTORY = "saved_history"
    DAMAGED_FILE = "damaged_file"
    POLICY_PUBLISHED = "policy_published"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the names of actions
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    BEYOND_TOKEN = "beyond_token"  # noqa: S105
    KEYS_TURNED = "keys_turned"
    CUSTOMER_TRACED = "customer_traced"
    CUSTOMER_REVEALED = "customer_revealed"
    HEADS_TAKEN = "heads_taken"
    INTRUSION_REFUSED = "intrusion_refused"
    UNIT_CREATED = "unit_created"
    UNIT_CHANGED = "unit_changed"
    PERSON_CREATED = "person_created"
    PERSON_CHANGED = "person_changed"
    INVITED = "invited"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_APPROVED = "approval_approved"
    APPROVAL_DECLINED = "approval_declined"
    APPROVAL_TAKEN_BACK = "approval_taken_back"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVAL_OVERTAKEN = "approval_overtaken"
    CALENDAR_APPLIED = "calendar_applied"
    SAVED_MANY = "saved_many"
    ERASED_AGAIN = "erased_again"


NOBODY = "-"
"""Who acted, when it was nobody we know."""

CONSOLE = "console"
"""Who acted, when it was somebody at the machine itself who did not say who."""

PROVIDER = "single-sign-on"
"""Who acted, when people were changed as their groups at the bank's identity provider say."""


def note(
    session: Session,
    action: Action,
    *,
    by: str,
    subject: str = "",
    **facts: str | int | Sequence[str],
) -> None:
    """Write down that somebody did something. Facts are references and classes, never what a
    customer said; the reason somebody gives for a look is their own."""
    note_each(session, [(action, subject, facts)], by=by)


def noted_before(session: Session, action: Action, *, by: str, subject: str, sent_as: str) -> bool:
    """Whether somebody did this about this already, by the form of that key."""
    row = select(AuditRow.id).where(
        AuditRow.subject == subject,
        AuditRow.action == action,
        AuditRow.by == by,
        AuditRow.facts["sent_as"].astext == sent_as,
    )
    return session.scalar(row.limit(1)) is not None


def note_each(
    session: Session, noted: Sequence[tuple[Action, str, Mapping[str, Any]]], *, by: str
) -> None:
    """The same for many things at once, each with its subject and facts."""
    if noted:
        rows = [
            {
                "by": by,
                "action": action,
                "subject": subject,
                "facts": dict(facts),
                "address": ASKED_FROM.get(),
            }
            for action, subject, facts in noted
        ]
        session.execute(insert(table_of(AuditRow)), rows)
