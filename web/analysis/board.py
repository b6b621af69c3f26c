"""The pack for the board: what an analysis shows, on paper, in the language of whoever makes it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, send_file, url_for
from werkzeug.wrappers import Response as Answer

from desk.analysis.board_pack import BoardPack, PackTopic, print_board_pack
from desk.documents import NoFont
from domain.analysis import (
    AnalysisRules,
    Measure,
    StageOfHandling,
    StageTime,
    Tally,
    Topic,
    summed,
)
from domain.file_names import savable
from domain.permission_names import Permission
from rulebook.analysis.reading import read_analysis
from rulebook.staffing import today_in_the_bank
from store.evidence.audit import Action, note
from store.reads.analysis.figures import midnight
from web import wording
from web.analysis.asked import Chosen, chosen, figures
from web.analysis.shown import ShownTopic, percent, stage_chart, topics
from web.base.context import bank, records, writing
from web.base.phrases import _, language_code
from web.kit.access import open_to, visitor
from web.wording.analysis import hint_words
from web.wording.documents import no_font_sentence

blueprint = Blueprint("board_pack", __name__, url_prefix="/analysis")


@blueprint.get("/board-pack.pdf")
@open_to(Permission.ANSWER_FOR_REPORTS)
def saved() -> Response | Answer:
    """The pack of these months and units; its digest goes into the audit, so that a copy proves
    itself."""
    rules = read_analysis()
    asked = chosen(rules)
    try:
        content = print_board_pack(pack_of(asked, rules, today_in_the_bank()))
    except NoFont as none:
        flash(no_font_sentence(none), "danger")
        return redirect(f"{url_for('analysis.overview')}?{urlencode(asked.address)}")
    with writing() as session:
        note(
            session,
            Action.SAVED_ANALYSIS,
            by=visitor().id,
            subject="board-pack.pdf",
            begins=asked.first.isoformat(),
            ends=asked.ends.isoformat(),
            digest=sha256(content).hexdigest(),
        )
    name = savable(f"{_('Pack for the board')}-{asked.first}-{asked.ends}.pdf")
    answer = send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def pack_of(asked: Chosen, rules: AnalysisRules, today: date) -> BoardPack:
    """What stands in it. How old open complaints are is told as the day began."""
    found = figures(asked, rules, midnight(today))
    counted, times = found.tallies(), found.stage_times()
    shown = topics(counted, asked.months, rules)
    unit = _whose(asked)
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


def _whose(asked: Chosen) -> str:
    """The unit it is of; of whoever answers for all there are, the bank."""
    if asked.unit:
        return wording.unit_name(asked.unit)
    is_whole = len(asked.units) == len(bank().units)
    return records().settings.bank_name if is_whole else wording.unit_name(visitor().unit)


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
    name = f"{wording.words(answered.stage)} · {_('Middle, hours')}"
    yield name, _hours(answered.median_hours)


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
    return PackTopic(
        title=wording.words(shown.topic),
        hint=hint_words(shown.topic),
        chart=shown.chart,
        head=head,
        lines=lines[:most],
        more=_("and %(count)s more", count=len(lines) - most) if len(lines) > most else "",
    )


def _of_stages(times: Sequence[StageTime]) -> PackTopic:
    chart = stage_chart(times)
    return PackTopic(
        title=chart.title,
        hint=_("By the journals. Hours of the clock, nights and days off among them."),
        chart=chart,
        head=[
            _("Stage"),
            _("Complaints"),
            _("Middle, hours"),
            _("Nine of ten, hours"),
            _("Of all the time"),
        ],
        lines=[
            [
                wording.words(each.stage),
                str(each.cases),
                _hours(each.median_hours),
                _hours(each.slow_hours),
                percent(each.share_per_mille) or "–",
            ]
            for each in times
        ],
        more="",
    )


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:.1f}"
