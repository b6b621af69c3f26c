"""Pictures for `docs/reports.md`: `make pictures`. Of reports those of the generated year, of the
documents of a case those of an invented one; the same again, but for what fonts are here.
"""

from datetime import date
from pathlib import Path

import typst

from desk.documents.pdf import PrintedSheet, data_of
from domain.documents import Value
from embedded.process_exit import leave_after
from rulebook.documents import read_documents, read_sheet
from tools.year_pictures import take_pictures

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "reports"

DOCUMENTS = ("transfer-slip", "supervision-slip")
"""Of a case that is invented."""

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


def main() -> None:
    """Set two documents as pictures, then the reports of the year."""
    PICTURES.mkdir(exist_ok=True)
    for name in DOCUMENTS:
        template = read_documents()[name]
        data = data_of(
            PrintedSheet(
                title=template.title["zh"],
                subtitle=SAID[Value.REFERENCE],
                footer=f"{SAID[Value.REFERENCE]} · {name} {template.digest[:12]}",
                language="zh",
                made_on=date(2026, 11, 10),
                rows=[(row.label["zh"], SAID.get(row.value, "")) for row in template.rows],
                signatures=[each["zh"] for each in template.signatures],
            )
        )
        picture = typst.compile(read_sheet(), sys_inputs={"data": data}, format="png", ppi=72)
        assert isinstance(picture, bytes)
        (PICTURES / f"{name}.png").write_bytes(picture)
    take_pictures(PICTURES)


if __name__ == "__main__":
    leave_after(main)
