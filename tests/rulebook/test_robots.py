"""What robots take is the bank's to say: each figure with its rule, all faults at once."""

from pathlib import Path

import pytest

from activities.gateways.dialects import DIALECTS
from domain.notices import Obstacle
from rulebook.marked_yaml import FileProblems
from rulebook.notices import FOLDER
from rulebook.robots import read_robots


def test_every_robot_that_is_spoken_to_has_its_rules() -> None:
    assert read_robots().keys() == DIALECTS.keys()


def test_what_its_makers_say_of_wecom_stands_there() -> None:
    wecom = read_robots()["wecombot"]
    assert (wecom.messages_a_minute, wecom.longest, wecom.in_bytes) == (20, 2048, True)
    assert wecom.answers["93000"] is Obstacle.NO_ROBOT


def test_everything_wrong_with_the_robots_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = (FOLDER / "robots.yaml").read_text(encoding="utf-8")
    spoiled = (
        text.replace("longest: {value: 2048, rule: maker, in: bytes}", "longest: {value: many}", 1)
        .replace('"93000": no_robot', '"93000": gone', 1)
        .replace("source: https://open.dingtalk", "sauce: https://open.dingtalk", 1)
    )
    file = tmp_path / "robots.yaml"
    file.write_text(spoiled, encoding="utf-8")
    with pytest.raises(FileProblems) as refused:
        read_robots(file)
    told = [problem.sentence for problem in refused.value.problems]
    assert told[0] == "wecombot.longest wants a value and the rule it comes from, or `default`"
    assert "wecombot.longest wants to say in what: bytes or characters" in told
    assert any(sentence.startswith("no code can mean 'gone'") for sentence in told)
    assert "nothing is called 'dingtalk.sauce'" in told
    assert "dingtalk.source wants the address where its maker says so" in told
    assert all(problem.line > 1 for problem in refused.value.problems)
