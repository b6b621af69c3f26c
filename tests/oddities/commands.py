"""The commands that take a word from whoever types them, found in the program itself."""

from collections.abc import Iterator
from pathlib import Path

import click

from cli.main import VERBS, main
from tests.oddities.odd import Oddity

OF_THE_ENGINES = {"up", "migrate", "namespace", "certificates", "replay", "trial", "listening"}
"""Verbs that build or ask whole engines, and take no word about a complaint."""


def commands_with_words() -> list[tuple[str, ...]]:
    """The way to each command that has an argument or an option with a value."""
    context = click.Context(main)
    verbs = [verb for verb in VERBS if verb not in OF_THE_ENGINES]
    found = [way for verb in verbs for way in _ways(main.get_command(context, verb), (verb,))]
    return [way for way in found if any(_takes_a_word(each) for each in _command(way).params)]


def arguments_of(way: tuple[str, ...], odd: Oddity, folder: Path) -> list[str]:
    """What is typed behind a command: what it must have, and some of what it may have, oddly."""
    typed, rest = list(way), []
    for number, parameter in enumerate(_command(way).params):
        is_wanted = parameter.required or isinstance(parameter.type, click.Path)
        if not is_wanted and (odd.which >> number) & 1 == 0:
            continue
        if isinstance(parameter, click.Argument):
            rest.append(_word(parameter, odd, folder))
        elif isinstance(parameter, click.Option) and parameter.is_flag:
            typed.append(parameter.opts[-1])
        else:
            typed += [parameter.opts[-1], _word(parameter, odd, folder)]
    return [*typed, "--", *rest]


def _word(parameter: click.Parameter, odd: Oddity, folder: Path) -> str:
    match parameter.type:
        case click.Path():
            file = folder / "handed-in"
            file.write_bytes(odd.long_text.encode("utf-8", "surrogatepass"))
            return str(folder if "folder" in (parameter.name or "") else file)
        case click.Choice() as choice if odd.where % 3:
            return str(list(choice.choices)[odd.which % len(choice.choices)])
        case click.types.IntParamType() | click.IntRange():
            return odd.number
    named = {0: odd.name, 1: odd.text, 2: odd.instant}
    return named[odd.where % 3]


def _takes_a_word(parameter: click.Parameter) -> bool:
    return not (isinstance(parameter, click.Option) and parameter.is_flag)


def _command(way: tuple[str, ...]) -> click.Command:
    command: click.Command | None = main
    for word in way:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return command


def _ways(command: click.Command | None, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _ways(each, (*way, name))
    else:
        yield way
