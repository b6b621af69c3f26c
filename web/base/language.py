"""English or Chinese: whom to speak which language to, and where the translations come from."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import Babel, force_locale, get_locale, ngettext
from werkzeug.datastructures import LanguageAccept

from domain.complaint import Language
from rulebook.staffing import bank_zone
from web.base.callers import is_from_a_system
from web.base.context import records

CATALOGUE = Path(__file__).parent.parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"

ENDONYMS = {Language.EN: "English", Language.ZH: "中文"}
"""Each language's name in itself: the way back for who cannot read this page."""


def speak(app: Flask) -> None:
    """Teach the application both languages."""
    Babel(
        app,
        configure_jinja=False,
        default_locale="en",
        default_timezone=bank_zone().key,
        locale_selector=current_language,
    )
    words = app.jinja_env
    words.add_extension("jinja2.ext.i18n")
    words.install_gettext_callables(translated, ngettext, newstyle=True)  # type: ignore[attr-defined]
    words.globals.update(current_language=current_language, endonyms=ENDONYMS)
    words.globals["_"] = words.globals["gettext"]


def current_language() -> Language:
    """The person's own choice, else this browser's last one, else what the browser asks for; for
    other systems, which have neither, the last of these.
    """
    visitor = g.get("visitor")
    if visitor is not None:
        chosen: Language = visitor.language
        return chosen
    if not is_from_a_system() and session.get("language") in set(Language):
        return Language(session["language"])
    return asked_for(request.accept_languages) or Language(records().settings.default_language)


def translated(phrase: str) -> str:
    """The phrase in the language that is spoken now, from our catalogue as it is committed: nothing
    to compile, nothing to forget. A page holds hundreds, so this asks for no more than that."""
    return _read().gettext(phrase) if language_code() == Language.ZH else phrase


def language_code() -> str:
    """`en` or `zh`: what is spoken now. A page asks a thousand times, so it is kept with the
    request; English where nobody has asked for a page."""
    try:
        found: str = g.spoken
    except RuntimeError:
        return Language.EN
    except AttributeError:
        found = g.spoken = str(get_locale().language)
    return found


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Another language meanwhile: a letter is written in its customer's own."""
    before = language_code()
    with force_locale(language):
        g.spoken = language
        try:
            yield
        finally:
            g.spoken = before


def asked_for(accepted: LanguageAccept) -> Language | None:
    """Which of ours a browser likes best, by its first letters: `zh-CN` is Chinese."""
    for tag, _ in accepted:
        if tag[:2].lower() in set(Language):
            return Language(tag[:2].lower())
    return None


@cache
def _read() -> Translations:
    """The catalogue of this program, read once a process, however many applications it makes."""
    compiled = BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh"))
    compiled.seek(0)
    return Translations(compiled)
