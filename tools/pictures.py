"""Pictures of the documents for `docs/reports.md`: `python tools/pictures.py`."""

from datetime import date
from pathlib import Path

import typst

from desk.analysis.board_pack import BoardPack, PackTopic, board_data
from desk.analysis.charts import Chart, ChartKind, Series
from desk.documents.pdf import data_of
from domain.documents import Value
from rulebook.documents import read_board_sheet, read_documents, read_sheet

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "reports"

SAID = {
    Value.REFERENCE: "C-2026-000017",
    Value.RECEIVED_AT: "2026-11-09 10:12",
    Value.CHANNEL: "电话",
    Value.FIRST_OWNER: "张敏",
    Value.UNIT: "海港路支行",
    Value.CUSTOMER: "王*",
    Value.PHONE: "138****0000",
    Value.CATEGORY: "服务态度",
    Value.NARRATIVE: "柜台排队一小时，无人叫号；询问时被告知“再等等”。",
    Value.DEMAND: "说明原因，并改进叫号。",
    Value.DUE_AT: "2026-11-12 17:00",
    Value.FINDINGS: "当日两个窗口停办，叫号机故障未及时报修。",
    Value.PERSONS: "对大堂经理批评教育。",
    Value.LESSONS: "叫号机故障一小时内报修；高峰期增开窗口。",
    Value.SATISFACTION: "满意",
    Value.HANDLED_AT: "2026-11-10 15:30",
    Value.HANDLER_NAME: "李强",
    Value.HANDLER_PHONE: "8800",
}


MONTHS = [f"2026-{month:02}" for month in range(1, 11)]
RECEIVED = [132, 118, 141, 150, 149, 163, 158, 171, 160, 139]
LATE = [9, 7, 12, 8, 11, 14, 9, 10, 8, 6]

BOARD = BoardPack(
    title="投诉情况：董事会报告",
    subtitle="海港银行 · 2026-01-01 – 2026-10-31 · 截至 2026-11-09 的状况",
    about="由专门部门单独处理的投诉不计入任何数字。不足 5 件的，其分项及占比不予显示。",
    footer="海港银行 · 2026-01-01 – 2026-10-31",
    language="zh",
    made_on=date(2026, 11, 9),
    figures=[
        ("已受理", str(sum(RECEIVED))),
        ("未结投诉", "96"),
        ("占比：超过时限", f"{sum(LATE) * 100 / sum(RECEIVED):.1f} %"),
    ],
    topics=[
        PackTopic(
            title="逐月趋势",
            hint="",
            chart=Chart(
                name="trends",
                kind=ChartKind.LINES,
                title="逐月趋势",
                about="",
                labels=MONTHS,
                series=[
                    Series(name="已受理", values=RECEIVED),
                    Series(name="超过时限", values=LATE),
                ],
            ),
            head=["月", "已受理", "超过时限"],
            lines=[[*map(str, line)] for line in zip(MONTHS, RECEIVED, LATE, strict=True)],
            more="",
        )
    ],
)
"""A pack whose every number is invented."""


def main() -> None:
    """Set two documents and a pack for the board as pictures."""
    PICTURES.mkdir(exist_ok=True)
    board = typst.compile(
        read_board_sheet(), sys_inputs={"data": board_data(BOARD)}, format="png", ppi=72
    )
    assert isinstance(board, bytes)
    (PICTURES / "board-pack.png").write_bytes(board)
    for name in ("transfer-slip", "supervision-slip"):
        template = read_documents()[name]
        data = data_of(
            title=template.title["zh"],
            subtitle=SAID[Value.REFERENCE],
            footer=f"{SAID[Value.REFERENCE]} · {name} {template.digest[:12]}",
            language="zh",
            made_on=date(2026, 11, 10),
            rows=[(row.label["zh"], SAID.get(row.value, "")) for row in template.rows],
            signatures=[each["zh"] for each in template.signatures],
        )
        picture = typst.compile(read_sheet(), sys_inputs={"data": data}, format="png", ppi=72)
        assert isinstance(picture, bytes)
        (PICTURES / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
