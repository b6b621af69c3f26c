"""Where in the bank somebody stands, and whose office is meant."""

from domain.classification import Level
from tests.bank import SMALL, WHOLE, Bank
from tests.tables import told

OFFICES = {
    "no level asked for is the unit itself": (WHOLE, "harbour-outlet", None, "harbour-outlet"),
    "a unit of that level is meant itself": (
        WHOLE,
        "harbour-outlet",
        Level.OUTLET,
        "harbour-outlet",
    ),
    "the branch above an outlet": (WHOLE, "harbour-outlet", Level.TIER_2, "bay-branch"),
    "the branch above that": (WHOLE, "harbour-outlet", Level.TIER_1, "east-branch"),
    "the head office": (WHOLE, "harbour-outlet", Level.HEAD_OFFICE, "head-office"),
    "a branch has no outlet above it": (WHOLE, "east-branch", Level.OUTLET, "east-branch"),
    "where no tier-2 branch is in the line, the tier-1 branch": (
        SMALL,
        "harbour-outlet",
        Level.TIER_2,
        "east-branch",
    ),
    "a desk within the head office is as high as it": (
        WHOLE,
        "hotline",
        Level.HEAD_OFFICE,
        "hotline",
    ),
    "where nobody is as high, the highest there is": (
        WHOLE.cut_to({"east-branch", "harbour-outlet"}, set()),
        "harbour-outlet",
        Level.HEAD_OFFICE,
        "east-branch",
    ),
    "a unit that the bank does not have stands nowhere": (WHOLE, "moon", Level.TIER_1, "moon"),
}


@told("bank, unit, level, office", OFFICES)
def test_the_unit_of_a_level_is_looked_for_upwards(
    bank: Bank, unit: str, level: Level | None, office: str
) -> None:
    assert bank.directory.unit_at(unit, level) == office
