"""A form that is sent when the stay is over is kept, and comes back filled in after the log-in.

Nothing of it was carried out, and nothing is sent by itself: whoever wrote it looks, and sends it.
"""

from urllib.parse import SplitResult, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
)
from flask import url_for as address_of
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from desk.kept_forms import KeptForm
from web.base.context import records
from web.base.phrases import _
from web.kit.filling import fill

NEVER_KEPT = frozenset({"csrf_token", "password", "again", "old_password", "code", "code_so_far"})
"""Fields whose contents are of the moment, or a secret."""

NOT_WRITTEN = frozenset({"command_id", "intake_key", "seen_version", "seen", "next"})
"""Fields that forms carry unseen: they come back with the form, and are told to nobody."""

NOT_WORTH_IT = frozenset({"queue.search", "kept_typing.forget"})
"""Views whose forms hold nothing that is hard to type again."""

KEPT_AT_ONCE = 4
"""Forms that one browser may have sent in vain (default); of more, the oldest are let go."""

MARK = "kept"
"""The part of the page that a browser goes to: the beginning of the form."""


def bring_back(app: Flask) -> None:
    """Fill in what comes back, and forget what was sent at last."""
    app.after_request(_after)


def keep_and_ask_to_log_in() -> AnyResponse:
    """For a form that came without a stay: keep it for whoever's stay it was, and say so."""
    person = None
    if "key" in session:
        person = records().kept_forms.whose(str(session["key"]))
    if person is None:
        flash(_("You were not logged in, so nothing was sent. Log in, and do it again."), "warning")
        return redirect(address_of("sessions.log_in"))
    if request.endpoint in NOT_WORTH_IT or not (set(request.form) - NEVER_KEPT or request.files):
        page = page_of_the_form(request.path)
        said = _("Your session had ended, so nothing was sent. Log in, and do it again.")
    else:
        page = _keep(person)
        said = _(
            "Your session had ended, so nothing was sent. Log in: what you wrote is kept, and comes"
            " back."
        )
    flash(said, "warning")
    return redirect(address_of("sessions.log_in", next=page))


def keep_and_show(person: str) -> AnyResponse | None:
    """For a form whose token is of an earlier stay: back to it at once. None when another page may
    have sent it, and when it holds nothing that is hard to type again.
    """
    if not _is_from_our_page() or request.endpoint in NOT_WORTH_IT:
        return None
    return redirect(_keep(person))


def _keep(person: str) -> str:
    """Keep the form that was sent; returns the address of its page."""
    form = KeptForm(
        action=request.path,
        page=page_of_the_form(request.path),
        typed=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in NEVER_KEPT
        ],
        files={
            field: [each.filename or "" for each in request.files.getlist(field) if each.filename]
            for field in request.files
        },
    )
    key = records().kept_forms.keep(form, person)
    g.just_kept = True
    session["kept"] = [*session.get("kept", []), key][-KEPT_AT_ONCE:]
    return f"{form.page}#{MARK}"


def page_of_the_form(action: str) -> str:
    """Where a form stands: the page that the browser names, if it can be asked for, else the
    nearest one above the path it is sent to.
    """
    named = _address(request.referrer)
    if named.netloc == request.host and _can_be_asked_for(named.path):
        return named.path + (f"?{named.query}" if named.query else "")
    path = action
    while path != "/" and not _can_be_asked_for(path):
        path = path.rpartition("/")[0] or "/"
    return path


def _can_be_asked_for(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True


def _is_from_our_page() -> bool:
    return _address(request.headers.get("Origin") or request.referrer).netloc == request.host


def _address(said: str | None) -> SplitResult:
    """What a header says to be an address; of none that can be read, an empty one."""
    try:
        return urlsplit(said or "")
    except ValueError:
        return urlsplit("")


def _after(response: Response) -> Response:
    who = g.get("visitor")
    keys: list[str] = session.get("kept", []) if who is not None else []
    if not keys or g.get("just_kept") or response.mimetype != "text/html" or response.is_streamed:
        return response
    forms = records().kept_forms
    for key in keys:
        form = forms.find(key, who.id)
        if form is None:
            if not forms.is_kept(key):
                _let_go(key)
        elif request.method == "POST" and request.path == form.action:
            if response.status_code < 400:
                forms.forget(key)
                _let_go(key)
        elif _is_its_page(form) and response.status_code == 200:
            response.set_data(_with(form, response.get_data(as_text=True)))
    return response


def _is_its_page(form: KeptForm) -> bool:
    asked = request.full_path.rstrip("?")
    return request.method == "GET" and asked == form.page


def _with(form: KeptForm, html: str) -> str:
    chosen = [name for names in form.files.values() for name in names]
    notice = render_template("kept_form.html", files=chosen, mark=MARK)
    filled = fill(html, form.page, form.action, form.typed, notice)
    if filled is not None:
        return filled
    written = [value for name, value in form.typed if value and name not in NOT_WRITTEN]
    told = render_template("kept_form.html", files=chosen, mark=MARK, written=written)
    before, main, after = html.partition('<main id="content" tabindex="-1">')
    return f"{before}{main}{told}{after}"


def _let_go(key: str) -> None:
    session["kept"] = [each for each in session["kept"] if each != key]
