"""The figures of upkeep, read from `policies/upkeep/`."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from domain.upkeep import Chore, Patience, Upkeep
from rulebook.packs import POLICIES

UPKEEP = POLICIES / "upkeep" / "upkeep.yaml"


def read_upkeep(file: Path = UPKEEP) -> Upkeep:
    """How often and how patiently; raises `KeyError` naming a figure that is missing."""
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    patience = text["patience"]
    return Upkeep(
        every={chore: timedelta(seconds=text["chores"][chore]["every_seconds"]) for chore in Chore},
        sweep_every=_seconds(text["sweep"]["every_seconds"]),
        sweep_whole_every=_seconds(text["sweep"]["whole_every_seconds"]),
        patience=Patience(
            start=_seconds(patience["start_seconds"]),
            step=_seconds(patience["step_seconds"]),
            answer=_seconds(patience["answer_seconds"]),
            notice=_seconds(patience["notice_seconds"]),
        ),
        standings_at_most=text["standings_at_most"]["value"],
    )


def _seconds(figure: dict[str, Any]) -> timedelta:
    return timedelta(seconds=figure["value"])
