"""What is typed into a form is kept while somebody types, by a script of ours, and stands there
again wherever they open its page. Without the script nothing is kept before it is sent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    request,
)
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from desk.kept_forms import KeptForm, NotKept, WhyNotKept, name_of
from domain.complaint import flaws_of_sensitive
from store.database import DatabaseAway
from store.people.kept_forms import TypedAt
from web import wording
from web.base.context import once_a_request, records
from web.base.phrases import Words, _, _l, instant_as
from web.kit.access import may_ask_for, open_to_script, open_to_staff, visitor, visitor_or_none
from web.kit.forms import Field, filled, key_in
from web.kit.kept_forms import NEVER_KEPT, NOT_WRITTEN, page_of_the_form

blueprint = Blueprint("kept_typing", __name__, url_prefix="/kept")

View = TypeVar("View", bound=Callable[..., Any])
MayType = Callable[..., Mapping[str, str]]

ACTION, REVISION = "kept_action", "kept_revision"
"""What the script says beside what is typed: where the form is sent to, and which state of it the
page has shown."""

OF_THE_PAGE = NEVER_KEPT | {ACTION, REVISION, "command_id", "intake_key", "next"}
"""Fields that belong to the page and not to what somebody types."""

SEEN = ("seen_version", "seen")
"""Hidden fields that say how what a form is about stood when its page was shown."""

WHY_NOT: Words = {
    WhyNotKept.TOO_LONG: _l("Not kept: it is too long. Shorten it, or send it."),
    WhyNotKept.TOO_FAST: _l("Not kept yet."),
    WhyNotKept.NEWER_ELSEWHERE: _l(
        "Not kept: on another page you have typed something else into this form since. Open this"
        " page anew to see it; what stands here is kept only if you send it."
    ),
    WhyNotKept.TAKEN_ALREADY: _l("Not kept: this form was sent, and taken."),
}

ANSWERED = {
    WhyNotKept.TOO_LONG: 422,
    WhyNotKept.TOO_FAST: 429,
    WhyNotKept.NEWER_ELSEWHERE: 409,
    WhyNotKept.TAKEN_ALREADY: 409,
}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the form that a view takes is kept while somebody types."""

    may_type: MayType
    """Asked with the view's own arguments: ends the request unless this person may fill that form
    in, and says what its texts are called, by name."""
    key_field: str
    """The field with the key that it is sent with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunForm:
    """A form that this person has begun and not sent."""

    form: KeptForm
    at: TypedAt

    @property
    def said(self) -> str:
        """When it was kept."""
        return kept_words(self.at.kept_at)

    @property
    def written(self) -> Sequence[str]:
        """What was typed, without the fields around it."""
        return [value for name, value in self.form.typed if value and name not in NOT_WRITTEN]

    def is_overtaken(self, seen: object) -> bool:
        """Whether what it is about has moved on since it was typed."""
        was = next((found for name in SEEN if (found := self.form.value(name))), "")
        return bool(was) and was != str(seen)


def keep_typing(app: Flask) -> None:
    """Let templates ask what was begun, and forget what was sent."""
    app.jinja_env.globals.update(kept_form=kept_form, forms_left=forms_left)
    app.jinja_env.filters["as_kept"] = as_kept
    app.after_request(_forget_what_was_taken)


def keeps_what_is_typed(may_type: MayType, key_field: str = "command_id") -> Callable[[View], View]:
    """For a view that takes a form, and answers with another page once it has taken it; see
    `Keeping`."""

    def declare(view: View) -> View:
        view.keeping = Keeping(may_type, key_field)  # type: ignore[attr-defined]
        return view

    return declare


@blueprint.post("")
@open_to_script()
def keep() -> tuple[Response, int]:
    """Keep a form as far as it is typed. What a text must not hold is not kept either."""
    action, key_field, texts = _form_at(request.form.get(ACTION, ""))
    forbidden = _what_must_not_be_kept(texts)
    if forbidden:
        return jsonify(said=forbidden), 422
    form = KeptForm(
        action=action,
        page=urlsplit(page_of_the_form(action)).path,
        typed=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in OF_THE_PAGE
        ],
        files={},
    )
    try:
        kept = records().kept_forms.keep_typed(
            form,
            visitor().id,
            typed_on=key_in(request.form, key_field),
            shown=request.form.get(REVISION, 0, type=int),
        )
    except NotKept as refused:
        answer = jsonify(said=str(WHY_NOT[refused.why]))
        if refused.wait:
            answer.headers["Retry-After"] = str(ceil(refused.wait.total_seconds()))
        return answer, ANSWERED[refused.why]
    return jsonify(said=kept_words(kept.kept_at), revision=kept.revision), 200


@blueprint.post("/forget")
@open_to_staff
def forget() -> AnyResponse:
    """Throw away what was typed into a form; also one that is not this person's any more."""
    action = _path_of(request.form.get(ACTION, ""))
    records().kept_forms.forget_typed(visitor().id, action)
    flash(_("What you had typed is thrown away."), "success")
    return redirect(page_of_the_form(action))


def kept_form(action: str) -> BegunForm | None:
    """What this person has begun to type into the form that is sent there."""
    who = visitor_or_none()
    if who is None:
        return None
    name = name_of(who.id, _path_of(action))
    _shown().add(name)
    return _begun(name)


def forms_left(reference: str) -> Sequence[BegunForm]:
    """What was begun on this page about a case, in forms that are not on it any more. Asked when
    all that are have been."""
    names = [name for name, at in _typed().items() if at.reference == reference]
    left = [_begun(name) for name in names if name not in _shown()]
    return [each for each in left if each is not None and each.form.page == request.path]


def kept_words(at: datetime) -> str:
    """When something was kept: today the time of day says it."""
    is_today = instant_as("yyyy-MM-dd", at) == instant_as("yyyy-MM-dd", datetime.now(UTC))
    time = instant_as("HH:mm" if is_today else "yyyy-MM-dd HH:mm", at)
    return _("Kept at %(time)s", time=time)


def as_kept(fields: Iterable[Field], begun: BegunForm | None) -> Sequence[Field]:
    """The fields with what was typed into them."""
    return filled(fields, MultiDict(begun.form.typed)) if begun is not None else tuple(fields)


def _form_at(action: str) -> tuple[str, str, Mapping[str, str]]:
    """The path of a form that this person may fill in, the field of its key, and its texts; ends
    the request for what is none."""
    path, adapter = _path_of(action), current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        endpoint, of_the_view = adapter.match(path, method="POST")
    except (HTTPException, RequestRedirect):
        abort(404)
    keeping = _keeping_of(endpoint)
    if keeping is None or not may_ask_for(endpoint):
        abort(404)
    return path, keeping.key_field, keeping.may_type(**of_the_view)


def _keeping_of(endpoint: str) -> Keeping | None:
    view = current_app.view_functions.get(endpoint)
    found: Keeping | None = getattr(view, "keeping", None)
    return found


def _path_of(action: str) -> str:
    """A path as a request has it, of one as it stands in a page; nothing of what is no address."""
    try:
        return unquote(urlsplit(action).path)
    except ValueError:
        return ""


def _what_must_not_be_kept(texts: Mapping[str, str]) -> str:
    """Card numbers and the like go into no record, so they are not kept on the way there."""
    return " ".join(
        _("Not kept. %(field)s: %(what)s", field=label, what=wording.flaw_sentence(flaw))
        for name, label in texts.items()
        for flaw in flaws_of_sensitive(name, request.form.get(name, ""))
    )


def _begun(name: str) -> BegunForm | None:
    at = _typed().get(name)
    if at is None:
        return None
    known: dict[str, BegunForm | None] = g.setdefault("begun_forms", {})
    if name not in known:
        form = records().kept_forms.find_typed(name, visitor().id)
        known[name] = None if form is None else BegunForm(form=form, at=at)
    return known[name]


@once_a_request
def _typed() -> Mapping[str, TypedAt]:
    return records().kept_forms.typed_by(visitor().id)


def _shown() -> set[str]:
    shown: set[str] = g.setdefault("shown_forms", set())
    return shown


def _forget_what_was_taken(response: Response) -> Response:
    who = visitor_or_none()
    takes_it = request.method == "POST" and _keeping_of(request.endpoint or "") is not None
    # A form that was taken leads on. One that is shown again was not; nor one that comes back since
    # its page is of an earlier stay.
    leads_on = response.location is not None and not g.get("just_kept")
    if takes_it and leads_on and who is not None:
        # What was sent is taken, and that is what must be said; what is left here ends by itself.
        with suppress(*DatabaseAway):
            records().kept_forms.forget_typed(who.id, request.path)
    return response
