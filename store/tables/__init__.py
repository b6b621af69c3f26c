"""Every table, a module a room; `migrations/` brings a database to them."""

from store.tables.base import Base, table_of
from store.tables.bulk import BulkActRow, BulkItemRow
from store.tables.cases import (
    CaseRow,
    ClockRow,
    CommandRow,
    ComplaintRow,
    ContactCorrectionRow,
    ImportRow,
    JournalRow,
    SurveyRow,
    UploadRow,
    case_number,
)
from store.tables.evidence import AuditRow
from store.tables.files import AttachmentRow
from store.tables.mails import MailboxRow, MailFileRow, MailRow
from store.tables.notices import NoticeRow, RobotRow, RobotTurnRow, TaskRow
from store.tables.operations import (
    ErasureRow,
    HistoryRow,
    IncidentAssignmentRow,
    RepairRow,
    RetryRow,
    VerificationRow,
)
from store.tables.outbox import OutboxRow
from store.tables.people import ApprovalRow, InvitationRow, PersonRow, TokenRow, UnitRow
from store.tables.policies import CalendarVersionRow, PolicyVersionRow
from store.tables.presence import PresenceRow
from store.tables.reports import (
    AskedReportRow,
    BoardPackRow,
    EarlyWarningRow,
    HandOverItemRow,
    HandOverRow,
    PeriodicReportRow,
    RegulatorReportRow,
    ReportCorrectionRow,
    ReportEventRow,
    ReturnRow,
)
from store.tables.sign_in import (
    IdentityRow,
    KeptFormRow,
    KnownBrowserRow,
    RecoveryCodeRow,
    SecondFactorRow,
    StayRow,
    ThrottleRow,
)
from store.tables.views import SavedViewRow

__all__ = [
    "ApprovalRow",
    "AskedReportRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "BoardPackRow",
    "BulkActRow",
    "BulkItemRow",
    "CalendarVersionRow",
    "CaseRow",
    "ClockRow",
    "CommandRow",
    "ComplaintRow",
    "ContactCorrectionRow",
    "EarlyWarningRow",
    "ErasureRow",
    "HandOverItemRow",
    "HandOverRow",
    "HistoryRow",
    "IdentityRow",
    "ImportRow",
    "IncidentAssignmentRow",
    "InvitationRow",
    "JournalRow",
    "KeptFormRow",
    "KnownBrowserRow",
    "MailFileRow",
    "MailRow",
    "MailboxRow",
    "NoticeRow",
    "OutboxRow",
    "PeriodicReportRow",
    "PersonRow",
    "PolicyVersionRow",
    "PresenceRow",
    "RecoveryCodeRow",
    "RegulatorReportRow",
    "RepairRow",
    "ReportCorrectionRow",
    "ReportEventRow",
    "RetryRow",
    "ReturnRow",
    "RobotRow",
    "RobotTurnRow",
    "SavedViewRow",
    "SecondFactorRow",
    "StayRow",
    "SurveyRow",
    "TaskRow",
    "ThrottleRow",
    "TokenRow",
    "UnitRow",
    "UploadRow",
    "VerificationRow",
    "case_number",
    "table_of",
]
