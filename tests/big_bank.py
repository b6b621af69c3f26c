"""A bank of any size, as two files describe it. Every name is invented."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

UNITS_OF_A_REAL_BANK = 200
PEOPLE_OF_A_REAL_BANK = 1_000

FAMILY = "赵钱孙李周吴郑王冯陈"
GIVEN = "一二三四五六七八九十"


def units_file(count: int = UNITS_OF_A_REAL_BANK) -> bytes:
    """A head office, ten branches below it, outlets below these; headings in Chinese."""
    rows = [["head-office", "总行", "总行", "", "head-office"]]
    for number in range(1, count):
        is_branch = number <= 10
        above = "head-office" if is_branch else branch(number)
        kind = "一级分行" if is_branch else "营业网点"
        unit = branch(number) if is_branch else f"outlet-{number:03}"
        rows.append([unit, f"{kind}{number}", kind, above, ""])
    return table([["机构编号", "机构名称", "层级", "上级单位", "规则包"], *rows])


def people_file(count: int = PEOPLE_OF_A_REAL_BANK, units: int = UNITS_OF_A_REAL_BANK) -> bytes:
    """A supervisor for each branch, handlers everywhere, deputies among neighbours."""
    rows = [["hr-1", "Hr One", "head-office", "hr", "", ""]]
    rows += [
        [f"sup-{number}", f"Supervisor {number}", branch(number), "supervisor; handler", "", "yes"]
        for number in range(1, 11)
    ]
    for number in range(11, count):
        place = number % (units - 11) + 11
        name = FAMILY[number % 10] + GIVEN[number // 10 % 10] + GIVEN[number // 100 % 10]
        deputy = f"p{number - 1:04}" if number > 11 else ""
        rows.append([f"p{number:04}", name, f"outlet-{place:03}", "handler", deputy, ""])
    return table([["Login name", "Name", "Unit", "Roles", "Deputy", "Duty roster"], *rows])


def branch(number: int) -> str:
    """One of the ten branches."""
    return f"branch-{(number - 1) % 10 + 1:02}"


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """As a spreadsheet saves it."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def lines(*cells: str) -> Iterator[list[str]]:
    """Rows written as a person reads them: `a|b|c`."""
    return ([cell.strip() for cell in row.split("|")] for row in cells)
