"""How figures are put together, before anybody believes one."""

import json
from pathlib import Path

import pytest

from bench import figures
from bench.figures import DBOS, MEASURES, ORDINARY, OURS, Measured
from bench.processor import Meter
from bench.topology import Topology


def a_burst(ours: float, bare: float) -> Measured:
    return {"burst.cpu_ms": {OURS: ours, ORDINARY: bare}}


def test_of_several_runs_the_one_in_the_middle_counts_value_by_value() -> None:
    runs = [a_burst(30, 20), a_burst(90, 10), a_burst(20, 30)]
    assert figures.medians(runs) == a_burst(30, 20)


def test_a_ratio_is_ours_to_whom_the_target_names() -> None:
    kept = figures.flat(a_burst(30, 20))
    assert kept["burst.cpu_ratio"] == 1.5
    assert kept["burst.cpu_ms"] == 30
    assert kept[f"burst.cpu_ms ({ORDINARY})"] == 20


def test_a_measure_without_our_value_is_told_as_missing() -> None:
    assert figures.missing({"life.rate": {DBOS: 3.0}}, ["life.rate"]) == {"life.rate"}
    assert figures.missing({"life.rate": {OURS: 3.0}}, ["life.rate"]) == set()


def test_what_is_kept_says_how_it_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    figures.keep(file, a_burst(30, 20), {"short": True})
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["burst.cpu_ratio"] == 1.5
    assert kept["run"]["short"] is True
    assert kept["run"]["processors"] >= 1


def test_each_topology_keeps_its_figures_beside_those_of_the_other(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    figures.keep(file, {**a_burst(30, 20), "life.rate": {OURS: 5, DBOS: 5}}, {"runs": 1})
    figures.keep(file, a_burst(40, 20), {"runs": 2}, Topology.PRODUCTION)
    figures.keep(file, a_burst(50, 20), {"runs": 3})
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert (kept["burst.cpu_ms"], kept["run"]["runs"]) == (50, 3)
    assert (kept["production.burst.cpu_ratio"], kept["production.run"]["runs"]) == (2, 2)
    assert "life.rate" not in kept, "a run leaves nothing of an earlier one of its own topology"


def test_the_table_says_which_topology_and_shows_the_embedded_figures_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench.json"
    figures.keep(file, a_burst(77.7, 20), {"short": True})
    for is_short, shown in ((True, True), (False, False)):
        beside = figures.embedded_beside(file, Topology.PRODUCTION, is_short=is_short)
        counts = {"burst": "7", "rush": "9"}
        figures.show(a_burst(40, 20), counts, Topology.PRODUCTION, beside, judged=False)
        said = capsys.readouterr().out
        assert "topology: production" in said
        assert ("77.7" in said) is shown, "figures of other numbers of cases are nothing to go by"


@pytest.mark.parametrize(("ours", "said"), [(20.0, "kept"), (20.1, "missed")])
def test_a_target_is_kept_or_missed(
    ours: float, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    figures.show(a_burst(ours, 20), {"burst": "7", "rush": "9"}, judged=True)
    assert said in capsys.readouterr().out


def test_a_short_run_judges_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    figures.show(a_burst(99, 20), {"burst": "7", "rush": "9"}, judged=False)
    assert "missed" not in capsys.readouterr().out


def test_nineteen_of_twenty_lie_below() -> None:
    assert figures.at(range(101), 0.95) == 95


def test_no_two_measures_share_a_key() -> None:
    keys = [key for each in MEASURES for key in (each.key, each.ratio) if key]
    assert len(keys) == len(set(keys))


def test_a_process_that_has_ended_is_not_counted_as_idle() -> None:
    with pytest.raises(AssertionError, match="has ended"):
        Meter({"nobody": 2**31 - 1})
