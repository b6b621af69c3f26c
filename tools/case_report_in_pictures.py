"""A report to the regulator on a major case of the generated year, as its liaison writes it."""

from datetime import datetime

from sqlalchemy import select, update

from bench.year.bank import bank_of_the_year
from domain.acts import AnyAct, DraftCaseReport, WordCaseReport
from domain.case_reports import asked_key
from domain.classification import Severity
from store.cases.commands import store_command
from store.database import Sessions
from store.tables import CaseRow, CommandRow
from tests.by_the_record import carry_out

LIAISON = "head-regulator_liaison"

TEXTS = {
    "summary": "客户称柜台误将大额转账重复提交，两笔款项均已扣划，要求退还并说明原因。",
    "investigation": (
        "经核实，当日系统超时，经办人员未先查询结果即再次提交；复核人员未核对流水。客户账户因此被重复"
        "扣款，次日上午已发现。"
    ),
    "impact": "未造成其他客户损失；如不改进，同类差错可能再次发生。",
    "measures": "重复款项及利息已退还客户；系统超时后须先查询再提交，并由复核人员核对流水。",
    "standpoint": "我行对此负全部责任，已向客户书面致歉。",
    "further_steps": "一个月内完成系统改造；季度内对全辖网点开展复核检查。",
    "contact": "总行投诉处理办公室，电话 010-6000 0000",
}


def write_case_report(sessions: Sessions, now: datetime) -> str:
    """Begin a report and write it; returns where its file is saved."""
    with sessions() as session:
        reference = session.scalars(
            select(CaseRow.reference)
            .where(
                CaseRow.severity == Severity.MAJOR,
                CaseRow.category.is_not(None),
                CaseRow.state["restricted_to"] == [],
            )
            .order_by(CaseRow.received_at.desc(), CaseRow.reference)
        ).first()
    assert reference is not None, "a year has a major case"
    key = asked_key(())
    _does(sessions, reference, DraftCaseReport(), {}, now)
    _does(sessions, reference, WordCaseReport(report=key), TEXTS, now)
    return f"/reports/files/pdf/{reference}/{key}"


def _does(
    sessions: Sessions, reference: str, act: AnyAct, words: dict[str, str], now: datetime
) -> None:
    command_id = f"picture-{act.event}"
    with sessions.begin() as session:
        store_command(
            session,
            command_id=command_id,
            reference=reference,
            act=act,
            words=words,
            by=bank_of_the_year().actor(LIAISON),
            seen_version=None,
        )
        asked = CommandRow.id == command_id
        session.execute(update(CommandRow).where(asked).values(stored_at=now))
    carry_out(sessions, reference, command_id)
