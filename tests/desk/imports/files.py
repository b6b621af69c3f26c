"""Files to import, written by us in the shape of those that other people publish."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CFPB_HEADING = (
    "Date received",
    "Product",
    "Sub-product",
    "Issue",
    "Sub-issue",
    "Consumer complaint narrative",
    "Company",
    "State",
    "ZIP code",
    "Tags",
    "Company response to consumer",
    "Submitted via",
    "Complaint ID",
)


def a_cfpb_row(number: int, **over: str) -> dict[str, str]:
    """A row as the authority publishes it, about an invented company."""
    row = dict.fromkeys(CFPB_HEADING, "")
    row |= {
        "Date received": "2019/3/4",
        "Product": "Savings account",
        "Issue": "Closing an account",
        "Consumer complaint narrative": "The counter closed my account and kept the last coin.",
        "Company": "Sample Savings, Inc.",
        "Submitted via": "Web",
        "Complaint ID": str(number),
    }
    return row | over


def a_cfpb_file(file: Path, *rows: Mapping[str, str]) -> Path:
    """A CSV file of such rows."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, CFPB_HEADING)
        writer.writeheader()
        writer.writerows(rows)
    return file


def a_message(number: int, **over: Any) -> dict[str, Any]:
    """A message as the board publishes it."""
    message = {
        "留言编号": number,
        "留言用户": f"U{number}",
        "留言主题": "网点门口台阶没有扶手",
        "留言时间": "2020/1/4 3:01:43",
        "留言详情": "\n\t老人上台阶很吃力，请加装扶手。\n",
        "反对数": 0,
        "点赞数": 2,
    }
    return message | over


def a_message_file(file: Path, *lines: Mapping[str, Any] | str) -> Path:
    """A file of such messages, one a line; a text stands for itself."""
    written = [
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    ]
    file.write_text("\n".join(written), encoding="utf-8")
    return file
