"""What administrators do to cases as such."""

from domain.acts import ApplyCalendar, upkeep
from domain.errors import Refusal
from tests.domain.acts.doing import ADA, line
from tests.domain.acts.sentences import Sentences


class TestUpkeep(Sentences):
    about = upkeep
    done = (
        line(
            "an administrator has its days counted by a newer calendar",
            ApplyCalendar(calendar="cn@new", instead_of="cn@test"),
            lambda case: case.calendar == "cn@new",
            by=ADA,
        ),
    )
    refused = (
        line(
            "a calendar takes the place of the one that was looked at",
            ApplyCalendar(calendar="cn@new", instead_of="cn@old"),
            Refusal.CHANGED_MEANWHILE,
            by=ADA,
        ),
    )
