"""The analysis: its page, and the complaints behind each number."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, abort, render_template, request

from desk.analysis.charts import drawn
from desk.analysis.event_log import ENDINGS, MIMETYPES, LogFormat, event_log
from domain.analysis import Dimension, Measure
from domain.paging import page_of
from domain.permission_names import Permission
from rulebook.analysis.reading import read_analysis
from rulebook.analysis.warning import read_warning_rules
from rulebook.staffing import today_in_the_bank
from store.evidence.audit import Action, note
from store.reads.analysis.usual import warnings_for
from web.analysis.asked import chosen, figures, scope
from web.analysis.shown import stage_chart, topics
from web.base.context import reading, records, writing
from web.kit.access import open_to, reader, visitor
from web.kit.paging import asked_page
from web.wording.analysis import key_words

AT_ONCE = 1 << 16
"""Bytes of a file that are sent at a time."""

blueprint = Blueprint("analysis", __name__, url_prefix="/analysis")


@blueprint.get("")
@open_to(Permission.ANSWER_FOR_REPORTS)
def overview() -> str:
    """Every topic with its chart and its table."""
    rules = read_analysis()
    asked = chosen(rules)
    found = figures(asked, rules)
    times = found.stage_times()
    warning_rules, this_month = read_warning_rules(), today_in_the_bank().replace(day=1)
    return render_template(
        "analysis/overview.html",
        asked=asked,
        rules=rules,
        topics=[*topics(found.tallies(), asked.months, rules)],
        times=times,
        stage_chart=stage_chart(times),
        event_logs=[(ENDINGS[LogFormat.XES], "XES"), (ENDINGS[LogFormat.OCEL], "OCEL 2.0")],
        drawn=drawn,
        warning_rules=warning_rules,
        warnings=warnings_for(reading(), reader(), warning_rules, this_month),
    )


@blueprint.get("/cases")
@open_to(Permission.ANSWER_FOR_REPORTS)
def behind() -> str:
    """The complaints behind one number, as far as the reader may open them."""
    rules = read_analysis()
    asked = chosen(rules)
    try:
        dimension = Dimension(request.args.get("by", ""))
        measure = Measure(request.args.get("what", ""))
    except ValueError:
        abort(404)
    key = request.args.get("of", "")
    found = figures(asked, rules).behind(dimension, key, measure)
    shown = page_of(() if found is None else found.visible, asked_page())
    with writing() as session:
        note(
            session,
            Action.READ_ANALYSIS,
            by=visitor().id,
            subject=f"{dimension}/{measure}",
            shown=sorted(shown.lines),
        )
    return render_template(
        "analysis/cases.html",
        asked=asked,
        measure=measure,
        of=key_words(dimension, key, rules),
        dimension=dimension,
        found=found,
        shown=shown,
    )


@blueprint.get("/event-log.<ending>")
@open_to(Permission.ANSWER_FOR_REPORTS)
def saved_event_log(ending: str) -> Response:
    """The journals behind the numbers, for tools that find out how things really go."""
    kind = next((each for each, name in ENDINGS.items() if name == ending), None)
    if kind is None:
        abort(404)
    asked = chosen(read_analysis())
    with writing() as session:
        note(
            session,
            Action.SAVED_ANALYSIS,
            by=visitor().id,
            subject=f"event-log.{ending}",
            begins=asked.first.isoformat(),
            ends=asked.ends.isoformat(),
        )
    # Whole before the first byte is sent: a failure is a page and no half of a file.
    file = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    with records().sessions() as session:
        for piece in event_log(kind, session, reader(), scope(asked)):
            file.write(piece.encode())
    file.seek(0)
    name = f"event-log-{asked.first}-{asked.ends}.{ending}"
    answer = Response(_sent(file), mimetype=MIMETYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(AT_ONCE):
            yield piece
