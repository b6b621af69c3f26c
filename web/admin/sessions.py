"""Coming in and going out, the first password, and how the pages speak and look."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from desk.sign_in.hashing import TooManyAtOnce
from desk.sign_in.tries import NotLetIn
from domain.complaint import BadInput, Flaw, Language
from domain.errors import NotFit
from rulebook.sign_in import read_sign_in_limits
from store.people import logins, people
from web.base.appearance import choose_appearance, current_appearance
from web.base.context import reading, records, writing
from web.base.language import current_language
from web.base.phrases import _
from web.kit.access import open_to_everybody, open_to_staff, visitor, visitor_or_none
from web.kit.forms import Field, FieldKind, filled, flaws_in, judged
from web.kit.menu import way_back
from web.kit.stays import next_step, not_let_in, open_stay, place, why_not_let_in
from web.wording import label

blueprint = Blueprint("sessions", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/login")
@open_to_everybody
def log_in() -> Page:
    """The way in."""
    if visitor_or_none() is not None:
        return redirect(way_back() or url_for("queue.my_queue"))
    return log_in_page()


@blueprint.post("/login")
@open_to_everybody
def check_log_in() -> Page:
    """Let in whoever the login and password belong to."""
    login = request.form.get("login", "").strip()
    try:
        let_in = records().sign_in.log_in(login, request.form.get("password", ""), place())
    except (NotLetIn, TooManyAtOnce) as failed:
        wrong = _("Login name and password do not fit. Check both, and try again.")
        return not_let_in(log_in_page(why_not_let_in(failed) or wrong), failed)
    with writing() as session_:
        # Whoever has just read a page in one language is not greeted in another.
        logins.remember_language(session_, let_in.person, current_language())
    came_for = way_back()
    open_stay(let_in)
    return redirect(next_step(let_in.stage, came_for))


@blueprint.post("/logout")
@open_to_everybody
def log_out() -> Page:
    """End this stay, if it has not ended by itself; others of this person go on."""
    who, language, appearance = visitor_or_none(), current_language(), current_appearance()
    kept = session.get("kept", [])
    if who is not None:
        with writing() as session_:
            logins.log_out(session_, who)
    session.clear()
    session["language"] = language.value
    if kept:
        session["kept"] = kept  # Of whoever wrote it: not always who logs out.
    choose_appearance(appearance)
    return redirect(url_for("sessions.log_in"))


@blueprint.post("/language")
@open_to_everybody
def choose_language() -> Page:
    """Speak another language from now on, and come back to where one was."""
    chosen = request.form.get("language", "")
    if chosen in set(Language):
        session["language"] = chosen
        who = visitor_or_none()
        if who is not None:
            with writing() as session_:
                logins.remember_language(session_, who.id, Language(chosen))
    return redirect(way_back() or url_for("queue.my_queue"))


@blueprint.post("/appearance")
@open_to_everybody
def choose_how_it_looks() -> Page:
    """Be light or dark in this browser from now on, and come back to where one was."""
    choose_appearance(request.form.get("appearance", ""))
    return redirect(way_back() or url_for("queue.my_queue"))


@blueprint.get("/invitations/<token>")
@open_to_everybody
def invitation(token: str) -> Page:
    """A one-time link: set the first password."""
    try:
        people.invited(reading(), token)
    except people.InvitationSpent:
        return _spent()
    return render_template("admin/invitation.html", fields=_password_fields())


@blueprint.post("/invitations/<token>")
@open_to_everybody
def use_invitation(token: str) -> Page:
    """Take the password and the link with it."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        problem = _("The two passwords differ. Type the same one twice.")
        return render_template(
            "admin/invitation.html", fields=_password_fields(), problem=problem
        ), 422
    try:
        records().sign_in.use_invitation(token, password)
    except people.InvitationSpent:
        return _spent()
    except TooManyAtOnce as failed:
        page = render_template(
            "admin/invitation.html", fields=_password_fields(), problem=why_not_let_in(failed)
        )
        return not_let_in(page, failed)
    except NotFit as unfit:
        fields = judged(_password_fields(), flaws_in(unfit))
        return render_template("admin/invitation.html", fields=fields), 422
    flash(_("Your password is set. Log in with it now."), "success")
    return redirect(url_for("sessions.log_in"))


@blueprint.get("/password")
@open_to_staff
def own_password() -> Page:
    """Change one's own password."""
    return render_template("admin/password.html", fields=_own_password_fields())


@blueprint.post("/password")
@open_to_staff
def change_own_password() -> Page:
    """Take the new one, from whoever knows the old one; other sessions of the person end."""
    new, again = request.form.get("password", ""), request.form.get("again", "")
    flaws = [Flaw.of("again", BadInput.NOT_THE_SAME)] if new != again else []
    try:
        if flaws:
            raise NotFit(flaws)
        records().sign_in.change_password(visitor(), request.form.get("old_password", ""), new)
    except (NotLetIn, TooManyAtOnce) as failed:
        page = render_template(
            "admin/password.html", fields=_own_password_fields(), problem=why_not_let_in(failed)
        )
        return not_let_in(page, failed)
    except NotFit as unfit:
        fields = judged(_own_password_fields(), flaws_in(unfit))
        return render_template("admin/password.html", fields=fields), 422
    said = _("Your password is changed. Wherever else you were logged in, you are no more.")
    flash(said, "success")
    return redirect(url_for("own_log_in.overview"))


def log_in_page(problem: str = "", came_for: str | None = None) -> str:
    """The way in, with what was typed, why it did not lead in, and to which page it leads."""
    fields = filled(_log_in_fields(), request.form)
    came_for = came_for or way_back()
    return render_template("admin/log_in.html", fields=fields, came_for=came_for, problem=problem)


def _spent() -> Page:
    sentence = _("This link was used already or has run out. Ask an administrator for a new one.")
    return render_template("failure.html", sentence=sentence, code=410), 410


def _log_in_fields() -> tuple[Field, ...]:
    return (
        Field(name="login", label=label("login"), required=True, autocomplete="username"),
        Field(
            name="password",
            label=label("password"),
            kind=FieldKind.PASSWORD,
            required=True,
            autocomplete="current-password",
        ),
    )


def _own_password_fields() -> tuple[Field, ...]:
    old = Field(
        name="old_password",
        label=_("Your password so far"),
        kind=FieldKind.PASSWORD,
        required=True,
        autocomplete="current-password",
    )
    return old, *_password_fields()


def _password_fields() -> tuple[Field, ...]:
    hint = _(
        "At least %(number)s characters. A few words in a row that belong to nobody but you are"
        " easy to remember.",
        number=read_sign_in_limits().password_shortest,
    )
    password = Field(
        name="password",
        label=label("password"),
        kind=FieldKind.PASSWORD,
        required=True,
        hint=hint,
        autocomplete="new-password",
    )
    again = Field(
        name="again",
        label=_("The same password again"),
        kind=FieldKind.PASSWORD,
        required=True,
        autocomplete="new-password",
    )
    return password, again
