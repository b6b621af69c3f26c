"""The figures of upkeep, read from `policies/upkeep/`."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from domain.upkeep import Chore, Patience, Upkeep
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES


@cache
def read_upkeep(file: Path = POLICIES / "upkeep" / "upkeep.yaml") -> Upkeep:
    """How often and how patiently; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="upkeep/upkeep.yaml")

    def seconds(*where: str) -> timedelta:
        return timedelta(seconds=page.figure(*where))

    upkeep = Upkeep(
        every={chore: seconds("chores", chore) for chore in Chore},
        sweep_every=seconds("sweep", "every_seconds"),
        sweep_whole_every=seconds("sweep", "whole_every_seconds"),
        patience=Patience(
            start=seconds("patience", "start_seconds"),
            step=seconds("patience", "step_seconds"),
            answer=seconds("patience", "answer_seconds"),
            notice=seconds("patience", "notice_seconds"),
        ),
        announced_working_days=page.figure("announced_working_days"),
        standings_at_most=page.figure("standings_at_most"),
    )
    page.nothing_else()
    if page.problems:
        raise FileProblems(page.problems)
    return upkeep
