"""The command as a whole: every verb is there, and loads what it needs alone."""

import subprocess
import sys

import click
import pytest

from cli.main import VERBS, main


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_a_command_of_its_name_and_says_what_it_does(verb: str) -> None:
    found = main.get_command(click.Context(main), verb)
    assert found is not None
    assert found.name == verb
    assert found.get_short_help_str()


@pytest.mark.parametrize("heavy", ["flask", "temporalio", "apprise"])
def test_an_import_loads_no_pages_no_engine_and_no_gateways(heavy: str) -> None:
    program = f"import sys, cli.main, cli.import_file; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
