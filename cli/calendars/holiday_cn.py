"""The holiday-cn data set: one JSON file a year, read as arrangements to compare ours with."""

import json
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from domain.arrangements import Arrangement, Holiday


def arrangements(folder: Path) -> tuple[Arrangement, ...]:
    """Every year in that folder, in order; `FileNotFoundError` if there is none."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9].json"))
    if not files:
        raise FileNotFoundError(f"no holiday-cn files such as 2026.json in {folder}")
    return tuple(_arrangement(json.loads(file.read_text(encoding="utf-8"))) for file in files)


def _arrangement(data: dict[str, Any]) -> Arrangement:
    in_name_order = sorted(data["days"], key=itemgetter("name", "date"))
    return Arrangement(
        year=data["year"],
        sources=tuple(data["papers"]),
        holidays=tuple(
            Holiday(
                name=name,
                chinese=name,
                off=tuple(date.fromisoformat(day["date"]) for day in days if day["isOffDay"]),
                make_up=tuple(
                    date.fromisoformat(day["date"]) for day in days if not day["isOffDay"]
                ),
            )
            for name, days in (
                (name, list(group)) for name, group in groupby(in_name_order, itemgetter("name"))
            )
        ),
    )
