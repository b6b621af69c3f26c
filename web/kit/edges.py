"""What no page of ours can have sent is turned away before anybody looks at it: PostgreSQL takes no
text with a NUL in it, and no number beyond its columns.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

from web.base.callers import is_from_a_system
from web.base.context import records
from web.base.phrases import LazyString, _l

NUL = "\x00"

LARGEST_VERSION = 2**31 - 1
LARGEST_NUMBER = 2**63 - 1
"""What PostgreSQL's columns hold."""

JUDGES_ITS_TEXTS = {"cases.act", "intake.receive", "attachments.add"}
"""Forms that say beside the field what is wrong with its text, and keep the rest."""


FROM_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})
"""Names besides that of the base address by which a health check, say, may ask for pages."""


class NotTyped(BadRequest):
    """Nobody can have typed this; the sentence says what."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class RowNumber(IntegerConverter):
    """The number of a row, in the address of a page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_NUMBER)


def keep_within_bounds(app: Flask) -> None:
    """Put the check before everything else, also before who asks is looked up."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_check)


def _check() -> None:
    if not _is_for_us():
        raise NotTyped(_NOT_OUR_NAME)
    if NUL in request.path:
        abort(404)
    if _has_nul(request.args):
        raise NotTyped(_NUL_IN_IT)
    if request.method != "POST" or is_from_a_system():
        return
    version = request.form.get("seen_version")
    if version is not None and not _is_a_version(version):
        raise NotTyped(_NO_SUCH_VERSION)
    if request.endpoint not in JUDGES_ITS_TEXTS and _has_nul(request.form):
        raise NotTyped(_NUL_IN_IT)


def _is_for_us() -> bool:
    """Whether whoever asks has come by the name the bank gave; over plain HTTP it gave none."""
    settings = records().settings
    ours = {urlsplit(settings.base_url).hostname, *FROM_THIS_MACHINE}
    return not settings.over_tls or urlsplit(f"//{request.host}").hostname in ours


def _has_nul(sent: MultiDict[str, str]) -> bool:
    texts: Iterable[tuple[str, str]] = sent.items(multi=True)
    return any(NUL in name or NUL in text for name, text in texts)


def _is_a_version(text: str) -> bool:
    digits = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_VERSION))
    return digits and int(text) <= LARGEST_VERSION


_NOT_OUR_NAME = _l("These pages have another address. Ask whoever gave you this one for it.")
_NUL_IN_IT = _l("What you sent holds a character that cannot be typed. Leave it out.")
_NO_SUCH_VERSION = _l(
    "What you sent does not say on which version of the case you acted. Open the page anew, and"
    " do it there."
)
