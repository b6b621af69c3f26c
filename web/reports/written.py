"""What people write in a report beside its figures (A-58): its fields, and how it is told."""

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from domain.periodicals import Periodical
from web.base.phrases import language_code
from web.kit.days import EARLIEST
from web.kit.forms import Field, FieldKind, Typed, filled, typed_into


def written_fields(periodical: Periodical) -> tuple[Field, ...]:
    """A field for each part that the pack asks for; none of a report that is figures alone."""
    language = language_code()
    return tuple(
        Field(
            name=part.name,
            label=part.title[language],
            kind=FieldKind.LONG_TEXT,
            required=True,
            rows=5,
            form="written",
        )
        for part in periodical.written
    )


def typed_words(
    periodical: Periodical, form: MultiDict[str, str]
) -> tuple[tuple[Field, ...], dict[str, str]]:
    """What was typed: in the fields, to be shown again, and as it is kept."""
    fields = written_fields(periodical)
    typed = typed_into(form, [each.name for each in fields])
    words = {each.name: Typed(typed).text(each.name) for each in fields}
    return filled(fields, typed), words


def words_told(periodical: Periodical, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was written, each part under its title in the language of the page."""
    language = language_code()
    return [
        (part.title[language], words[part.name])
        for part in periodical.written
        if words.get(part.name)
    ]


def day_in(text: str) -> date | None:
    """A day as an address or a field has it; None for what is none, for one before any complaint of
    ours, and for the last of all days, which no other follows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day < date.max else None
