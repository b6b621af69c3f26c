"""Who else has a case open, and whether it has moved on: said by the page of a case while somebody
has it before them, and told to whoever may see the case of whoever may see it. Nobody is named, and
nobody is told, without the script of the page.
"""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, jsonify

from rulebook.pages.limits import read_open_page_limits
from store.people.presence import others_before, say_open
from store.reads.case_page import etag_of
from web.base.context import reading, writing
from web.base.phrases import _, joined
from web.kit.access import open_to_script, opened, reader
from web.wording.names import person_name

blueprint = Blueprint("presence", __name__)


@blueprint.post("/cases/<reference>/open")
@open_to_script(unattended=True)
def beat(reference: str) -> Response:
    """It lies open before whoever asks; before whom else does it, and how does it stand now?"""
    case = opened(reference)
    with writing() as session:
        say_open(session, case, read_open_page_limits().present_lasts)
    others = looking_at([case.reference]).get(case.reference, "")
    return jsonify(
        said=_("Also looking at this case now: %(people)s", people=others) if others else "",
        etag=etag_of(reading(), case),
    )


def looking_at(references: Iterable[str]) -> Mapping[str, str]:
    """The names of whoever else has each of these cases open, which this person may all read."""
    lasts = read_open_page_limits().present_lasts
    before = others_before(reading(), reader(), references, lasts)
    return {
        reference: joined(sorted(map(person_name, people))) for reference, people in before.items()
    }
