"""Putting the pages together: one Flask application, made in each serving process."""

from datetime import timedelta

from flask import Flask, Response
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from config import Settings, load_settings
from crashpoints import arm
from desk.approvals.waiting import ApprovalDesk
from desk.attachments import AttachmentDesk
from desk.cases import CaseDesk
from desk.history.story import CaseHistories
from desk.imports.handed_in import ImportDesk
from desk.kept_forms import KeptForms
from desk.letters import LetterDesk
from desk.mails import MailDesk
from desk.notices import NoticeDesk
from desk.people import PeopleDesk
from desk.repair import RepairShop
from desk.sign_in.by_password import SignInDesk
from desk.sign_in.by_provider import SingleSignOnDesk
from desk.sign_in.by_token import TokenDesk
from desk.surveys import SurveyDesk
from engine.connection import TemporalConnection, connect
from rulebook.attachments import read_limits
from store.database import Sessions, open_database
from store.files.attachments import AttachmentFolder
from web.admin import (
    audit,
    bank_files,
    own_log_in,
    packs,
    people,
    second_factor,
    seen,
    sessions,
    single_sign_on,
    tokens,
    units,
)
from web.analysis import board
from web.analysis import pages as analysis
from web.api import views
from web.assessment import scorecards
from web.base import appearance, assets, language
from web.base.callers import is_from_a_system
from web.base.context import Records, forget_session, records
from web.base.proxies import BehindProxies
from web.casework import (
    attachments,
    cases,
    customer,
    documents,
    imports,
    improvements,
    inbox,
    intake,
    queue,
    saved_views,
    survey,
    tasks,
)
from web.casework.bulk import pages as bulk
from web.casework.history import page as history
from web.casework.letters import pages as letters
from web.casework.letters import versions as letter_versions
from web.casework.mails import pages as mails
from web.casework.presence import beat
from web.casework.queues import due_dates, keys
from web.casework.supervision import page as supervision
from web.casework.supervision import waits
from web.casework.undoing import pages as undoing
from web.control import approvals, erasure, health, notices, repair, verifications
from web.kit import access, edges, failures, kept_forms, kept_typing, menu
from web.reports import asked, periodic, received, regulator, returns, when_needed
from web.responsibility import hand_over, own
from web.wording import filters

VIEWS = (
    sessions,
    own_log_in,
    second_factor,
    single_sign_on,
    queue,
    saved_views,
    bulk,
    due_dates,
    keys,
    intake,
    mails,
    imports,
    cases,
    undoing,
    beat,
    kept_typing,
    customer,
    attachments,
    documents,
    letters,
    letter_versions,
    supervision,
    waits,
    survey,
    tasks,
    improvements,
    inbox,
    own,
    hand_over,
    periodic,
    when_needed,
    received,
    asked,
    regulator,
    returns,
    analysis,
    board,
    scorecards,
    packs,
    people,
    units,
    bank_files,
    approvals,
    tokens,
    audit,
    seen,
    history,
    repair,
    notices,
    verifications,
    erasure,
    health,
    views,
)
"""The modules whose blueprint this application serves."""

WITHOUT_COOKIES = (views,)
"""Views that look at no cookie, so that no other page can make a browser ask for them: their posts
carry a token of their own and none of a form's."""

LARGEST_FORM = 8 * 1024 * 1024
"""Bytes: far above what any limit in characters allows, so that a text that is too long is
answered with a sentence and comes back to be shortened, not thrown away (default)."""

COOKIE_LASTS = timedelta(days=7)
"""A cookie that is the key to a stay which is over tells whose it was (default); how long a stay
lasts is `policies/sign_in/limits.yaml`'s."""

STAY_ON_TLS = "max-age=31536000; includeSubDomains"
"""A browser that was here once asks no other way for a year (default)."""

HEADERS = {
    # Bootstrap's own arrows and ticks are `data:` images; nothing comes from another host.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(
    settings: Settings | None = None,
    *,
    sessions: Sessions | None = None,
    desk: CaseDesk | None = None,
) -> Flask:
    """The application. Nothing is connected before the first page is asked for, so a server may
    fork after this."""
    settings = settings or load_settings()
    arm(settings.crash_at, settings.raise_after)
    sessions = sessions or open_database(
        settings.database_url,
        journal_key=settings.journal_key,
        personal_keys=settings.personal_keys,
    )
    desk = desk or CaseDesk(sessions, TemporalConnection(lambda: connect(settings)))

    app = Flask("web")
    before = [settings.sign_in.key_before] if settings.sign_in.key_before else []
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=before,
        # Of several keys the last one signs the tokens of forms.
        WTF_CSRF_SECRET_KEY=[*before, settings.secret_key],
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        BOOTSTRAP_SERVE_LOCAL=True,
        # By its name a browser takes it only over TLS, for this host alone and every path of it.
        SESSION_COOKIE_NAME="__Host-redress" if settings.over_tls else "redress",
        SESSION_COOKIE_SECURE=settings.over_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=COOKIE_LASTS,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it belongs to
        # The token says it all; who asked for the referrer too would refuse the forms of whoever
        # has a proxy that keeps the name it was asked by to itself.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]
        app.wsgi_app, trusted=settings.trusted_proxies, over_tls=settings.over_tls
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    door = SignInDesk(sessions, settings)
    folder = AttachmentFolder(settings.attachments_dir)
    files = AttachmentDesk(sessions, desk, folder, read_limits())
    app.extensions["redress"] = Records(
        settings=settings,
        sessions=sessions,
        desk=desk,
        notices=NoticeDesk(sessions),
        imports=ImportDesk(sessions, settings.uploads_dir),
        attachments=files,
        letters=LetterDesk(sessions, desk, files, settings.bank_name),
        mails=MailDesk(sessions, folder),
        histories=CaseHistories(sessions, desk.temporal),
        repairs=RepairShop(sessions, desk.temporal),
        people=PeopleDesk(sessions),
        sign_in=door,
        single_sign_on=SingleSignOnDesk(sessions, settings, door),
        surveys=SurveyDesk(sessions, settings, desk),
        tokens=TokenDesk(sessions, settings),
        kept_forms=KeptForms(sessions, settings),
        approvals=ApprovalDesk(sessions, desk),
    )

    edges.keep_within_bounds(app)
    Bootstrap5(app)
    assets.name_by_contents(app)
    language.speak(app)
    appearance.dress(app)
    filters.teach(app)
    access.guard(app)
    # After the guard: the page that says a form is too old knows its reader.
    csrf = CSRFProtect(app)
    menu.lay_out(app)
    failures.answer(app)
    kept_forms.bring_back(app)
    kept_typing.keep_typing(app)
    single_sign_on.know_the_provider(app)
    app.after_request(_with_headers)
    app.teardown_appcontext(forget_session)
    for each in VIEWS:
        app.register_blueprint(each.blueprint)
        if each in WITHOUT_COOKIES:
            csrf.exempt(each.blueprint)
    return app


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if records().settings.over_tls:
        response.headers["Strict-Transport-Security"] = STAY_ON_TLS
    if response.mimetype == "text/html" or is_from_a_system():
        # What a page shows is confidential; a shared computer must not keep it.
        response.headers["Cache-Control"] = "no-store"
    return response
