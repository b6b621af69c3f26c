"""`redress policy`: a complaints officer reads, checks and compares packs."""

from click.testing import CliRunner

from cli.policy import policy


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(policy, words)
    assert result.exit_code == code, result.output
    return result.output


def test_check_tells_the_lost_figure_with_file_and_line_and_fails() -> None:
    output = said("check", code=1)
    assert "head-office: fit for use" in output
    assert "three-hotlines.yaml:" in output
    assert "lost in the source document" in output


def test_check_of_one_pack_says_nothing_of_the_others() -> None:
    assert said("check", "head-office") == "head-office: fit for use\n"


def test_a_pack_that_is_not_there_is_named() -> None:
    assert "no pack 'nowhere'" in said("check", "nowhere", code=1)


def test_show_prints_a_pack_with_its_parents_laid_under_it() -> None:
    assert "3 working days" in said("show", "head-office")


def test_diff_shows_the_limits_a_second_regime_brings() -> None:
    output = said("diff", "head-office", "head-office-regulated")
    assert "+    clock: cn-2020-3:reply" in output


def test_every_rule_is_carried_out_or_listed_as_a_limitation() -> None:
    assert "155 rules" in said("coverage")
    assert "NOWHERE" not in said("coverage")
