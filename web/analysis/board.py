"""The pack for the board: what an analysis shows, on paper, in the language of whoever makes it;
made, filed by year, and given back as it was."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from desk.analysis.board_pack import BoardPack, PackTopic, print_board_pack
from desk.documents import NotPrintable
from domain.analysis import (
    AnalysisRules,
    Measure,
    StageOfHandling,
    StageTime,
    Tally,
    Topic,
    summed,
)
from domain.complaint import Language
from domain.file_names import savable
from domain.permission_names import Permission
from domain.permissions import units_for
from rulebook.analysis.reading import read_analysis
from rulebook.staffing import beginning_of, today_in_the_bank
from store.evidence.audit import Action
from store.reports.board_packs import (
    MadePack,
    NotAsFiled,
    file_board_pack,
    find_board_pack,
    note_pack,
    packs_of_year,
    read_board_pack,
    years_of_packs,
)
from web import wording
from web.analysis.asked import Chosen, chosen, figures, scope
from web.analysis.shown import ShownTopic, percent, stage_chart, topics
from web.base.context import bank, reading, records, writing
from web.base.phrases import _, language_code
from web.kit.access import not_there, open_to, reader, visitor
from web.kit.paging import asked_page
from web.wording.analysis import hint_words
from web.wording.documents import not_printable_sentence

blueprint = Blueprint("board_packs", __name__, url_prefix="/analysis/board-packs")


@blueprint.get("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def filed() -> str:
    """The packs that were made, by the year in which they end."""
    mine = _mine()
    years = years_of_packs(reading(), reader(), mine)
    year = request.args.get("year", years[0] if years else today_in_the_bank().year, type=int)
    found = packs_of_year(reading(), reader(), mine, min(max(year, 1), 9999), asked_page())
    return render_template("analysis/board_packs.html", found=found, years=years)


@blueprint.post("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def make() -> Response:
    """Make the pack of these months and units, and file it as it is now."""
    rules = read_analysis()
    asked = chosen(rules)
    try:
        content = print_board_pack(pack_of(asked, rules, today_in_the_bank()))
    except NotPrintable as why:
        flash(not_printable_sentence(why), "danger")
        return redirect(f"{url_for('analysis.overview')}?{urlencode(asked.address)}")
    made = MadePack(
        unit=_unit_of(asked),
        units=scope(asked).units,
        begins=asked.first,
        ends=asked.ends,
        language=Language(language_code()),
        content=content,
    )
    with writing() as session:
        is_new = file_board_pack(session, made, reader())
    if is_new:
        flash(_("The pack is made and filed. It stays as it is."), "success")
    else:
        flash(_("You have filed this pack already: nothing in it has changed since."), "info")
    return redirect(url_for("board_packs.filed", year=asked.ends.year))


@blueprint.get("/<int:number>.pdf")
@open_to(Permission.ANSWER_FOR_REPORTS)
def saved(number: int) -> Response:
    """A pack as it was made, to the byte."""
    found = find_board_pack(reading(), reader(), _mine(), number)
    if found is None:
        not_there(str(number))
    try:
        content = read_board_pack(reading(), found)
    except NotAsFiled:
        with writing() as session:
            note_pack(session, Action.DAMAGED_BOARD_PACK, found, reader())
        flash(
            _(
                "This file is not the one that was filed: its digest is another. Tell whoever looks"
                " after the database; a backup has it, and the pack can be made anew."
            ),
            "danger",
        )
        return redirect(url_for("board_packs.filed", year=found.ends.year))
    with writing() as session:
        note_pack(session, Action.SAVED_BOARD_PACK, found, reader())
    title = _("Pack for the board")
    name = savable(f"{title}-{found.begins}-{found.ends}.pdf")
    answer = send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _mine() -> frozenset[str]:
    return units_for(Permission.ANSWER_FOR_REPORTS, reader(), bank().units)


def pack_of(asked: Chosen, rules: AnalysisRules, today: date) -> BoardPack:
    """What stands in it. How old open complaints are is told as the day began."""
    found = figures(asked, rules, beginning_of(today))
    counted, times = found.tallies(), found.stage_times()
    shown = topics(counted, asked.months, rules)
    unit = _whose(_unit_of(asked))
    stretch = f"{asked.first} – {asked.ends}"
    return BoardPack(
        title=_("Complaints: pack for the board"),
        subtitle=f"{unit} · {stretch} · " + _("as they stand on %(day)s", day=today.isoformat()),
        about=_(
            "What one office has to itself is in no number. A part of fewer than %(number)s is not"
            " shown, nor its share.",
            number=rules.fewest,
        ),
        footer=f"{unit} · {stretch}",
        language=language_code(),
        made_on=today,
        figures=[*_figures(counted, times, rules)],
        topics=[*(_of_topic(each, rules) for each in shown), _of_stages(times)],
    )


def _unit_of(asked: Chosen) -> str | None:
    """The unit it is of; None for whoever answers for all there are."""
    is_whole = len(asked.units) == len(bank().units)
    return asked.unit or (None if is_whole else visitor().unit)


def _whose(unit: str | None) -> str:
    """How it is called; all units together are the bank."""
    return records().settings.bank_name if unit is None else wording.unit_name(unit)


def _figures(
    tallies: Mapping[Topic, Sequence[Tally]], times: Sequence[StageTime], rules: AnalysisRules
) -> Iterator[tuple[str, str]]:
    """The first page: of all months together."""
    whole = summed(tallies[Topic.TRENDS])
    timely, said = summed(tallies[Topic.TIMELINESS]), summed(tallies[Topic.SATISFACTION])
    again, old = summed(tallies[Topic.REPEATS]), summed(tallies[Topic.AGEING])
    yield wording.words(Measure.RECEIVED), str(whole.numbers[Measure.RECEIVED])
    yield wording.words(Measure.SETTLED), str(whole.numbers[Measure.SETTLED])
    yield wording.words(Measure.OPEN), str(old.numbers[Measure.OPEN])
    for tally, measure in (
        (timely, Measure.IN_TIME),
        (whole, Measure.LATE),
        (old, Measure.OVERDUE),
        (again, Measure.REPEATED),
        (said, Measure.SATISFIED),
    ):
        yield (
            _("Share: %(of)s", of=wording.words(measure)),
            percent(tally.per_mille(measure, rules.fewest)) or "–",
        )
    answered = next(each for each in times if each.stage is StageOfHandling.TO_BE_ANSWERED)
    middle = _("Median, hours")
    yield f"{wording.words(answered.stage)} · {middle}", _hours(answered.median_hours)


def _of_topic(shown: ShownTopic, rules: AnalysisRules) -> PackTopic:
    head = [wording.words(shown.dimension), *(wording.words(each) for each in shown.measures)]
    lines = [
        [line.words, *("–" if each.number is None else str(each.number) for each in line.cells)]
        + ([line.share or "–"] if shown.share else [])
        for line in shown.lines
    ]
    if shown.share:
        head.append(_("Share: %(of)s", of=wording.words(shown.share)))
    most = max(rules.most_bars, len(shown.chart.labels))
    more = _("and %(count)s more", count=len(lines) - most) if len(lines) > most else ""
    if shown.is_empty:
        lines, more = [], _("There is nothing to count here in these months.")
    return PackTopic(
        title=wording.words(shown.topic),
        hint=hint_words(shown.topic),
        chart=shown.chart,
        head=head,
        lines=lines[:most],
        more=more,
    )


def _of_stages(times: Sequence[StageTime]) -> PackTopic:
    chart, is_empty = stage_chart(times), not any(each.cases for each in times)
    return PackTopic(
        title=chart.title,
        hint=_("By the journals. Hours of the clock, nights and days off among them."),
        chart=chart,
        head=[
            _("Stage"),
            _("Complaints"),
            _("Median, hours"),
            _("90th percentile, hours"),
            _("Of all the time"),
        ],
        lines=[]
        if is_empty
        else [
            [
                wording.words(each.stage),
                str(each.cases),
                _hours(each.median_hours),
                _hours(each.slow_hours),
                percent(each.share_per_mille) or "–",
            ]
            for each in times
        ],
        more=_("There is nothing to count here in these months.") if is_empty else "",
    )


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:.1f}"
