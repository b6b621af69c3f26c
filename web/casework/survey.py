"""What customers are asked by a link: the one page of a case that is for strangers, with nothing of
the case on it.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.sign_in.tries import NotLetIn
from desk.surveys import SurveyOver
from domain.afterwards import Ratings
from domain.classification import Rating
from domain.complaint import BadInput
from domain.errors import NotFit
from web import wording
from web.base.context import records
from web.base.phrases import _, _l
from web.kit.access import open_to_everybody
from web.kit.forms import Field, FieldKind, Typed, codes, filled, flaws_in, judged, typed_into
from web.kit.stays import not_let_in, why_not_let_in

blueprint = Blueprint("survey", __name__, url_prefix="/survey")

Page = str | Response | tuple[str, int]

DIMENSIONS = {
    "reliability": _l("Whether what was promised was done, and rightly."),
    "tangibles": _l("How the premises, the papers and the pages were."),
    "responsiveness": _l("How quickly and readily you were helped."),
    "empathy": _l("Whether somebody saw it with your eyes."),
    "professionalism": _l("Whether people knew their trade."),
}
"""The five sides of the service (S-06), in the order of their source."""


@blueprint.get("")
@open_to_everybody
def enter() -> Page:
    """For whom the code was read out to."""
    return render_template("casework/survey_code.html", fields=(_code_field(),))


@blueprint.post("")
@open_to_everybody
def open_by_code() -> Page:
    """Go on with the code that was typed."""
    code = request.form.get("code", "").strip()
    if not any(each.isalnum() for each in code) or len(code) > LONGEST_CODE:
        typed = Typed(request.form)
        typed.flaw("code", BadInput.EMPTY if not code else BadInput.NOT_A_CHOICE)
        fields = judged(filled((_code_field(),), request.form), typed.flaws)
        return render_template("casework/survey_code.html", fields=fields), 422
    return redirect(url_for("survey.questions", code=code))


LONGEST_CODE = 60
"""Far above what a code has with hyphens and blanks between all its letters (default)."""


@blueprint.get("/thanks")
@open_to_everybody
def thanks() -> str:
    """What was said has been taken."""
    return render_template("casework/survey_thanks.html")


@blueprint.get("/<code>")
@open_to_everybody
def questions(code: str) -> Page:
    """The questions, if this code still opens any."""
    try:
        records().surveys.look(code, request.remote_addr or "")
    except NotLetIn as failed:
        return _slowed(failed)
    except SurveyOver:
        return _over()
    return _form(_fields())


@blueprint.post("/<code>")
@open_to_everybody
def answer(code: str) -> Page:
    """Take the answers; what is wrong comes back beside its field, with all that was typed."""
    form = typed_into(request.form, ("note",))
    typed, fields = Typed(form), filled(_fields(), form)
    overall = typed.code("overall", Rating)
    ratings = {name: typed.code(name, Rating) for name in DIMENSIONS}
    if overall is None and not typed.text("overall"):
        typed.flaw("overall", BadInput.EMPTY)
    try:
        if overall is None or typed.flaws:
            records().surveys.look(code, request.remote_addr or "")
            return _form(judged(fields, typed.flaws)), 422
        records().surveys.answer(
            code,
            request.remote_addr or "",
            overall=overall,
            ratings=Ratings(**ratings),
            words={"note": typed.text("note")},
        )
    except NotLetIn as failed:
        return _slowed(failed)
    except SurveyOver:
        return _over()
    except NotFit as unfit:
        return _form(judged(fields, flaws_in(unfit))), 422
    return redirect(url_for("survey.thanks"))


@blueprint.after_request
def keep_the_link_here(response: Response) -> Response:
    """The address of the page is the right to answer: no other page is told it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _form(fields: tuple[Field, ...]) -> str:
    return render_template("casework/survey.html", fields=fields)


def _over() -> Page:
    return render_template("casework/survey_over.html"), 404


def _slowed(failed: NotLetIn) -> Page:
    page = render_template("casework/survey_over.html", slowed=why_not_let_in(failed))
    return not_let_in(page, failed)


def _code_field() -> Field:
    return Field(name="code", label=_("The code you were given"), required=True)


def _fields() -> tuple[Field, ...]:
    overall = Field(
        name="overall",
        label=_("All in all, how satisfied are you with how your complaint was handled?"),
        kind=FieldKind.RADIO,
        required=True,
        choices=codes(Rating),
    )
    sides = (
        Field(
            name=name,
            label=wording.label(name),
            hint=str(DIMENSIONS[name]),
            kind=FieldKind.CHOICE,
            choices=codes(Rating),
            unchosen=_("No answer"),
        )
        for name in DIMENSIONS
    )
    note = Field(
        name="note",
        label=_("What else should we know?"),
        kind=FieldKind.LONG_TEXT,
        hint=_("Please write no account numbers, card numbers or passwords here."),
        rows=5,
    )
    return overall, *sides, note
