"""How an uploaded file is to be read: what is asked about it, what was found, what was chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from zoneinfo import available_timezones

from desk.imports import encodings
from desk.imports.drawn import (
    AS_FOUND,
    DATES,
    DAY_FIRST,
    DRAWN,
    LIKELY,
    MONTH_FIRST,
    Drawing,
    Look,
    ReadAs,
    kind_of,
    likely_columns,
    look_at,
)
from desk.imports.handed_in import read_kept_mapping
from desk.imports.mapping import ImportMapping, Separator
from desk.imports.mapping_files import mapping_names, read_mapping
from domain.classification import Channel
from domain.complaint import BadInput, Language
from domain.errors import NotFit
from domain.uploads import UploadStatus
from rulebook.staffing import bank_zone
from store.cases.uploads import Upload
from web.base.context import records
from web.base.language import current_language
from web.base.phrases import _
from web.kit.forms import Choice, Field, FieldKind, Typed, codes, judged
from web.wording import label, words

LONGEST_SOURCE = 40
"""Characters of the name for a kind of file (default)."""

MUST_BE_DRAWN = ("received_at", "narrative")
"""Without these columns no row is a complaint, unless a kind of file that is known names them."""

ORDERS = {"year": (), "day": DAY_FIRST, "month": MONTH_FIRST}
"""What comes first in dates that do not begin with the year."""

NO_PLACES = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")
"""Names of time zones that are older ones for places with a name of their own."""


def chosen_mapping(found: Upload, typed: Typed) -> ImportMapping | None:
    """The mapping that was chosen, or drawn; None with the flaws of what was typed."""
    look = _look(found, _typed_reading(typed))
    said = _said(look, typed)
    ours = typed.one_of("mapping", _mappings())
    mapping = read_mapping(ours) if ours is not None else _drawn(found, look, typed)
    return None if typed.flaws or mapping is None else mapping.asked(**said)


def mapping_fields(found: Upload) -> tuple[Field, ...]:
    """How to read the file: one of our mappings, or which heading is which field."""
    if found.status.is_at_work or found.status is UploadStatus.DONE:
        return ()
    before = _chosen_before(found)
    look = _look(found, _reading_in(before))
    return tuple(replace(field, typed=(before.get(field.name, ""),)) for field in _questions(look))


def mapping_fields_again(found: Upload, typed: Typed) -> tuple[Field, ...]:
    """The same with what was typed; read otherwise, a file may have other headings."""
    look = _look(found, _typed_reading(typed))
    likely = likely_columns(look.headings)
    again = []
    for field in _questions(look):
        text = typed.text(field.name)
        if field.name in LIKELY and text not in look.headings:
            text = likely.get(field.name, "")
        again.append(replace(field, typed=(text,)))
    return judged(again, tuple(typed.flaws))


def _drawn(found: Upload, look: Look, typed: Typed) -> ImportMapping | None:
    columns = {name: typed.one_of(name, _columns(look)) or "" for name in LIKELY}
    for name in MUST_BE_DRAWN:
        if not columns[name]:
            typed.flaw(name, BadInput.NOT_A_CHOICE)
    channel = typed.code("otherwise_channel", Channel)
    if channel is None and not columns["channel"]:
        typed.flaw("otherwise_channel", BadInput.NOT_A_CHOICE)
    order = typed.one_of("date_order", _orders()) or "year"
    source = typed.text("source")
    if not source:
        typed.flaw("source", BadInput.EMPTY)
    elif len(source) > LONGEST_SOURCE or not source.isprintable():
        typed.flaw("source", BadInput.NOT_A_NAME)
    if typed.flaws:
        return None
    language = typed.code("language", Language) or current_language()
    return Drawing(
        source=source,
        columns=columns,
        forms=(*DATES, *ORDERS[order]),
        time_zone=bank_zone().key,
        language=language.value,
        channel=channel.value if channel else "",
        channel_words={words(each): each.value for each in Channel},
    ).mapping(kind_of(records().imports.path(found)))


def _said(look: Look, typed: Typed) -> dict[str, str | None]:
    """How the file is to be read, where somebody says so."""
    fields = {field.name: field for field in _of_reading(look)}
    return {
        name: typed.one_of(name, fields[name].choices) if name in fields else None
        for name in ("encoding", "separator", "sheet", "time_zone")
    }


def _typed_reading(typed: Typed) -> ReadAs:
    separator, encoding = typed.text("separator"), typed.text("encoding")
    return ReadAs(
        encoding=encoding if encoding in encodings.NAMED else "",
        separator=separator if separator in set(Separator) else "",
        sheet=typed.text("sheet"),
    )


def _reading_in(before: Mapping[str, str]) -> ReadAs:
    return ReadAs(
        encoding=before.get("encoding", ""),
        separator=before.get("separator", ""),
        sheet=before.get("sheet", ""),
    )


def _look(found: Upload, said: ReadAs) -> Look:
    """What the file looks like; nothing of one that cannot be read, which the check tells."""
    try:
        return look_at(records().imports.path(found), said)
    except (NotFit, OSError):
        return Look()


def _chosen_before(found: Upload) -> dict[str, str]:
    """What was chosen for the last check, by the names of the form; a first choice before it."""
    if found.mapping is None:
        return {
            **likely_columns(_look(found, AS_FOUND).headings),
            "language": current_language().value,
            "source": found.unit,
        }
    said = read_kept_mapping(found)
    confirmed = {"is_confirmed": "yes"} if found.is_confirmed else {}
    ours = None if said.about == DRAWN else read_mapping(said.source)
    of_its_own = {
        "encoding": ours.encoding if ours else None,
        "separator": ours.separator if ours else None,
        "sheet": ours.sheet if ours else None,
        "time_zone": ours.time_zone if ours else bank_zone().key,
    }
    confirmed |= {
        name: getattr(said, name) or ""
        for name, own in of_its_own.items()
        if getattr(said, name) != own
    }
    if ours:
        return {"mapping": said.source, **confirmed}
    chosen = {name: getattr(said.fields, name).column for name in LIKELY if name != "number"}
    forms = said.fields.received_at.formats
    channel = said.fields.channel
    return {name: word for name, word in chosen.items() if word} | {
        "number": said.number or "",
        "date_order": next((o for o, more in ORDERS.items() if more and more[0] in forms), ""),
        "otherwise_channel": channel.otherwise or channel.value,
        "language": said.fields.language.value,
        "source": said.source,
        **confirmed,
    }


def _of_reading(look: Look) -> Iterator[Field]:
    """What the file itself does not always say, each with what was found."""
    found = look.read_as
    if len(look.sheets) > 1:
        yield _as_found("sheet", tuple(Choice(value=s, words=s) for s in look.sheets), found.sheet)
    if found.encoding:
        named = tuple(Choice(value=v, words=w) for v, w in encodings.NAMED.items())
        yield _as_found("encoding", named, encodings.NAMED.get(found.encoding, found.encoding))
    if found.separator:
        between = codes(Separator)
        yield _as_found("separator", between, words(Separator(found.separator)))
    yield Field(
        name="time_zone",
        label=label("time_zone"),
        kind=FieldKind.CHOICE,
        choices=_time_zones(),
        unchosen=_("%(zone)s, or what the kind of file says", zone=bank_zone().key),
        hint=_("Of times that name none themselves."),
    )


def _as_found(name: str, choices: tuple[Choice, ...], found: str) -> Field:
    return Field(
        name=name,
        label=label(name),
        kind=FieldKind.CHOICE,
        choices=choices,
        unchosen=_("As found: %(found)s", found=found),
    )


def _time_zones() -> tuple[Choice, ...]:
    places = (z for z in available_timezones() if "/" in z and not z.startswith(NO_PLACES))
    zones = sorted({*places, bank_zone().key, "UTC"})
    return tuple(Choice(value=each, words=each) for each in zones)


def _questions(look: Look) -> tuple[Field, ...]:
    drawn = tuple(
        Field(
            name=name,
            label=label("number_in_file" if name == "number" else name),
            kind=FieldKind.CHOICE,
            required=name in MUST_BE_DRAWN,
            choices=_columns(look),
        )
        for name in LIKELY
    )
    return (
        Field(
            name="mapping",
            label=_("A kind of file that is known here"),
            kind=FieldKind.CHOICE,
            choices=_mappings(),
            hint=_("Leave it empty to match the headings below."),
        ),
        *_of_reading(look),
        *drawn,
        Field(
            name="date_order",
            label=_("Dates that do not begin with the year begin with"),
            kind=FieldKind.CHOICE,
            choices=_orders(),
        ),
        Field(
            name="otherwise_channel",
            label=_("Channel of rows that name none of ours"),
            kind=FieldKind.CHOICE,
            choices=codes(Channel),
            hint=_("Needed when no column says the channel in words of ours."),
        ),
        Field(
            name="language",
            label=label("language"),
            kind=FieldKind.CHOICE,
            required=True,
            choices=codes(Language),
        ),
        Field(
            name="source",
            label=_("Name of this kind of file"),
            required=True,
            hint=_("With a row's own number it tells whether the row came in before."),
        ),
        Field(
            name="is_confirmed",
            label=_("Receipts of more than a year ago are right."),
            kind=FieldKind.YES,
        ),
    )


def _columns(look: Look) -> tuple[Choice, ...]:
    return tuple(Choice(value=each, words=each) for each in dict.fromkeys(look.headings))


def _mappings() -> tuple[Choice, ...]:
    return tuple(Choice(value=each, words=each) for each in mapping_names())


def _orders() -> tuple[Choice, ...]:
    return (
        Choice(value="day", words=_("the day, such as 31/12/2026")),
        Choice(value="month", words=_("the month, such as 12/31/2026")),
    )
