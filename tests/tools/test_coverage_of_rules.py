"""The rules of the packs, and what carries them out."""

from click.testing import CliRunner

from tools.coverage_of_rules import coverage


def test_every_rule_is_carried_out_or_listed_as_a_limitation() -> None:
    counted = CliRunner().invoke(coverage)
    assert counted.exit_code == 0
    assert "155 rules" in counted.output
    assert "NOWHERE" not in counted.output
