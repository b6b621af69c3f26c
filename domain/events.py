"""The kinds of entry in a case's journal: what happened, in the past tense."""

from enum import StrEnum


class Event(StrEnum):
    """One kind of journal entry. Each has words in both languages and a place in the reports."""

    RECEIVED = "received"
    IMPORTED = "imported"
    CLASSIFIED = "classified"
    FORWARDED = "forwarded"
    ASSIGNED = "assigned"
    PLANNED = "planned"
    STARTED = "started"
    NOTED = "noted"
    ATTACHED = "attached"
    LETTER_WRITTEN = "letter_written"
    LETTER_SENT = "letter_sent"
    MAIL_RECEIVED = "mail_received"
    FILE_RECEIVED = "file_received"
    CONTACT_CORRECTED = "contact_corrected"
    CUSTOMER_ASKED = "customer_asked"
    CUSTOMER_ANSWERED = "customer_answered"
    EXTENSION_REQUESTED = "extension_requested"
    EXTENDED = "extended"
    DATE_EXTENDED = "date_extended"
    EXTENSION_REFUSED = "extension_refused"
    REPLIED = "replied"
    SENDER_REPLIED = "sender_replied"
    DISPOSED = "disposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    MARKED = "marked"
    BEYOND_AUTHORITY = "beyond_authority"
    URGED = "urged"
    TASK_GIVEN = "task_given"
    """What whoever is charged with a task is told; the entry that gave it says so in its facts."""
    INFORMED = "informed"
    """What an office is told that a rule gives a copy to."""
    TASK_UNHELD = "task_unheld"
    """What human resources are told when nobody holds the office of a task."""
    TASK_FINISHED = "task_finished"
    COMMITTED = "committed"
    OVERRUN_EXPLAINED = "overrun_explained"
    WENT_ON_SITE = "went_on_site"
    STATUS_TOLD = "status_told"
    OPINION_GIVEN = "opinion_given"
    RESULT_REPORTED = "result_reported"
    RECORDING_REVIEWED = "recording_reviewed"
    REVERIFIED = "reverified"
    REFERRED_UP = "referred_up"
    LINE_JOINED = "line_joined"
    UNITS_NAMED = "units_named"
    MEDIA_REPORTED = "media_reported"
    MEDIA_CONSENT_GIVEN = "media_consent_given"
    MEDIA_COMMENTED = "media_commented"
    LEADER_TOLD = "leader_told"
    LEGAL_JOINED = "legal_joined"
    ANONYMOUS_FILED = "anonymous_filed"
    TREATED_AS_DEMAND = "treated_as_demand"
    LINKED = "linked"
    MARKED_DUPLICATE = "marked_duplicate"
    PERSON_NAMED = "person_named"
    PERSON_UNNAMED = "person_unnamed"
    CONFLICT_DECLARED = "conflict_declared"
    RESTRICTION_LIFTED = "restriction_lifted"
    PROMISED = "promised"
    CASH_PAID = "cash_paid"
    LOSS_REPORTED = "loss_reported"
    LOSS_FILED = "loss_filed"
    PENALTY_PROPOSED = "penalty_proposed"
    DISPUTE_RAISED = "dispute_raised"
    DISPUTE_DECIDED = "dispute_decided"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    FOLLOWED_UP = "followed_up"
    SURVEY_OFFERED = "survey_offered"
    SURVEY_ANSWERED = "survey_answered"
    CONTACTED_LATE = "contacted_late"
    FINDING_PROPOSED = "finding_proposed"
    FINDING_REPLIED = "finding_replied"
    FINDING_DECIDED = "finding_decided"
    FINDING_APPEALED = "finding_appealed"
    FINDING_APPEAL_DECIDED = "finding_appeal_decided"
    FINDING_REVERSED = "finding_reversed"
    PENALTY_IMPOSED = "penalty_imposed"
    PENALTY_UNDONE = "penalty_undone"
    HANDED_OVER = "handed_over"
    HAND_OVER_RECEIVED = "hand_over_received"
    COMMENDED = "commended"
    BELONGING_SPOTTED = "belonging_spotted"
    BELONGING_ACCEPTED = "belonging_accepted"
    BELONGING_DISMISSED = "belonging_dismissed"
    IMPROVEMENT_PROPOSED = "improvement_proposed"
    IMPROVEMENT_PLANNED = "improvement_planned"
    IMPROVEMENT_CARRIED_OUT = "improvement_carried_out"
    IMPROVEMENT_CHECKED = "improvement_checked"
    IMPROVEMENT_CONCLUDED = "improvement_concluded"
    CASE_REPORT_DRAFTED = "case_report_drafted"
    CASE_REPORT_WORDED = "case_report_worded"
    CASE_REPORT_SUBMITTED = "case_report_submitted"
    CASE_REPORT_ACKNOWLEDGED = "case_report_acknowledged"
    CASE_REPORT_LATE = "case_report_late"
    """Of this only word is sent: that a report is late stands with the report."""
    CALENDAR_APPLIED = "calendar_applied"
    TAKEN_BACK = "taken_back"
    UNDONE = "undone"
    """What was done a moment before, by whoever had done it."""
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    ERASED = "erased"
    ERASED_WHEN_DUE = "erased_when_due"
    SECOND_PERSON_ASKED = "second_person_asked"
    """Of this and the next only word is sent: a request is no entry of a journal before it is
    agreed to."""
    SECOND_PERSON_ANSWERED = "second_person_answered"
    CHECK_MISSED = "check_missed"
    """Of this too: a daily check belongs to a unit and to no case, and so does any report below."""
    REPORT_ANNOUNCED = "report_announced"
    REPORT_OVERDUE = "report_overdue"
    REPORT_RECEIVED = "report_received"
    REPORT_CORRECTED = "report_corrected"
    BOARD_PACK_FILED = "board_pack_filed"
    """Of a pack for the board, and of no case."""
    EARLY_WARNING = "early_warning"
    """Of a unit or a cause that has left its usual range, and of no case."""
    INCIDENT_ASSIGNED = "incident_assigned"
    """Of an incident, with all cases that it holds up, and of none of them; so are the next two."""
    INCIDENT_TAKEN_BACK = "incident_taken_back"
    INCIDENT_OVER = "incident_over"


REPORT_EVENTS = (
    Event.CHECK_MISSED,
    Event.REPORT_ANNOUNCED,
    Event.REPORT_OVERDUE,
    Event.REPORT_RECEIVED,
    Event.REPORT_CORRECTED,
)
"""What happens to a report that a unit owes, and to no case."""

NEXT_LIMIT_MATTERS = frozenset(
    {
        Event.ASSIGNED,
        Event.CUSTOMER_ANSWERED,
        Event.FORWARDED,
        Event.MAIL_RECEIVED,
        Event.PLANNED,
        Event.REOPENED,
        Event.SECOND_PERSON_ANSWERED,
        Event.SECOND_PERSON_ASKED,
        Event.TAKEN_BACK,
        Event.URGED,
    }
)
"""Word after which somebody may have to act in the case: where it is about no limit of its own, it
names the one that ends next."""
