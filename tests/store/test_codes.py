"""The database takes the codes the rules know, and no others: what no code reads is lost."""

import re
from enum import StrEnum

import pytest
from sqlalchemy import text

from domain.case import Status
from domain.notices import Delivery
from domain.statuses import CommandStatus, RepairStatus, ReportStatus, TaskKind
from store.database import Sessions
from store.outbox.messages import MessageKind


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("cases", "status", Status),
        ("commands", "status", CommandStatus),
        ("notices", "delivery", Delivery),
        ("tasks", "kind", TaskKind),
        ("repairs", "status", RepairStatus),
        ("regulator_reports", "status", ReportStatus),
        ("outbox", "kind", MessageKind),
    ],
)
def test_the_database_takes_every_code_there_is_and_no_other(
    sessions: Sessions, table: str, column: str, codes: type[StrEnum]
) -> None:
    asked = text("select pg_get_constraintdef(oid) from pg_constraint where conname = :name")
    with sessions() as session:
        check = session.scalar(asked, {"name": f"ck_{table}_{column}"})
    assert set(re.findall(r"'(\w+)'", check or "")) == set(codes)
