"""Every table, a module a room; `migrations/` brings a database to them."""

from store.tables.base import Base
from store.tables.cases import (
    CaseRow,
    ClockRow,
    CommandRow,
    ComplaintRow,
    ImportRow,
    JournalRow,
    UploadRow,
    case_number,
)
from store.tables.evidence import AuditRow
from store.tables.files import AttachmentRow
from store.tables.notices import NoticeRow, RobotRow, RobotTurnRow, TaskRow
from store.tables.operations import HistoryRow, RepairRow, VerificationRow
from store.tables.outbox import OutboxRow
from store.tables.people import ApprovalRow, InvitationRow, PersonRow, TokenRow, UnitRow
from store.tables.policies import CalendarVersionRow, PolicyVersionRow
from store.tables.reports import PeriodicReportRow, RegulatorReportRow
from store.tables.sign_in import KnownBrowserRow, StayRow, ThrottleRow

__all__ = [
    "ApprovalRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "CalendarVersionRow",
    "CaseRow",
    "ClockRow",
    "CommandRow",
    "ComplaintRow",
    "HistoryRow",
    "ImportRow",
    "InvitationRow",
    "JournalRow",
    "KnownBrowserRow",
    "NoticeRow",
    "OutboxRow",
    "PeriodicReportRow",
    "PersonRow",
    "PolicyVersionRow",
    "RegulatorReportRow",
    "RepairRow",
    "RobotRow",
    "RobotTurnRow",
    "StayRow",
    "TaskRow",
    "ThrottleRow",
    "TokenRow",
    "UnitRow",
    "UploadRow",
    "VerificationRow",
    "case_number",
]
