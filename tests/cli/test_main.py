"""The command as a whole: every verb is there, and loads what it needs alone."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from cli.main import VERBS, main


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_a_command_of_its_name_and_says_what_it_does(verb: str) -> None:
    found = main.get_command(click.Context(main), verb)
    assert found is not None
    assert found.name == verb
    assert found.get_short_help_str()


def test_an_import_loads_no_pages_no_engine_and_no_gateways() -> None:
    program = "import sys, cli.main, cli.import_file; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)
    assert {"flask", "temporalio", "apprise"} & set(loaded.stdout.decode().split()) == set()


@pytest.mark.parametrize("way", [["audit", "seen", "--as"], ["explain"], ["import"]])
def test_bytes_that_are_no_text_are_refused_in_one_sentence(way: list[str]) -> None:
    """A shell hands on what was typed in another encoding byte by byte."""
    said = CliRunner().invoke(main, [*way, "a\udcff"])
    assert said.exit_code == 2
    assert "'a?' holds bytes that are no text in UTF-8. Type it again;" in said.output
