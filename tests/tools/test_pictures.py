"""The pictures of `docs/reports.md` are those that `make pictures` makes, each of them shown."""

import re

from tests.architecture.code import ROOT
from tools.pictures import DOCUMENTS, PICTURES
from tools.year_pictures import BOARD_PACK, CASE_REPORT
from tools.year_pictures import PICTURES as OF_THE_YEAR


def test_every_picture_that_is_made_is_shown_and_there() -> None:
    shown = re.findall(r"\(reports/([a-z-]+)\.png\)", (ROOT / "docs" / "reports.md").read_text())
    made = {*DOCUMENTS, *(each.name for each in (*OF_THE_YEAR, BOARD_PACK, CASE_REPORT))}
    assert len(shown) == len(set(shown))
    assert set(shown) == made == {each.stem for each in PICTURES.glob("*.png")}
