"""Every table, a module a room; `migrations/` brings a database to them."""

from store.tables.base import Base, table_of
from store.tables.cases import (
    CaseRow,
    ClockRow,
    CommandRow,
    ComplaintRow,
    ImportRow,
    JournalRow,
    SurveyRow,
    UploadRow,
    case_number,
)
from store.tables.evidence import AuditRow
from store.tables.files import AttachmentRow
from store.tables.notices import NoticeRow, RobotRow, RobotTurnRow, TaskRow
from store.tables.operations import ErasureRow, HistoryRow, RepairRow, RetryRow, VerificationRow
from store.tables.outbox import OutboxRow
from store.tables.people import ApprovalRow, InvitationRow, PersonRow, TokenRow, UnitRow
from store.tables.policies import CalendarVersionRow, PolicyVersionRow
from store.tables.reports import (
    AskedReportRow,
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
    "CalendarVersionRow",
    "CaseRow",
    "ClockRow",
    "CommandRow",
    "ComplaintRow",
    "EarlyWarningRow",
    "ErasureRow",
    "HandOverItemRow",
    "HandOverRow",
    "HistoryRow",
    "IdentityRow",
    "ImportRow",
    "InvitationRow",
    "JournalRow",
    "KeptFormRow",
    "KnownBrowserRow",
    "NoticeRow",
    "OutboxRow",
    "PeriodicReportRow",
    "PersonRow",
    "PolicyVersionRow",
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
