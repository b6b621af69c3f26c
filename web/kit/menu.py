"""What the head of every page leads to, for this person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for
from werkzeug.exceptions import HTTPException

from store.database import DatabaseAway
from web.base.context import records
from web.base.phrases import LazyString, _l
from web.kit import checks
from web.kit.access import may_ask_for, reader
from web.kit.paging import page_url

ENTRIES: tuple[tuple[str, LazyString], ...] = (
    ("queue.my_queue", _l("Cases")),
    ("tasks.mine", _l("My tasks")),
    ("supervision.overview", _l("Supervision")),
    ("approvals.waiting", _l("Approvals")),
    ("inbox.my_inbox", _l("Inbox")),
    ("intake.register", _l("Register")),
    ("mails.waiting", _l("Mail not joined")),
    ("repair.failed_cases", _l("Failed cases")),
    ("notices.unsent", _l("Unsent notices")),
    ("reporting.owed", _l("Reports owed")),
    ("asked_reports.overview", _l("Ask for a report")),
    ("analysis.overview", _l("Analysis")),
    ("assessment.overview", _l("Assessment")),
    ("hand_over.overview", _l("Hand-over to HR")),
    ("reports.drafts", _l("Regulator reports")),
    ("returns.overview", _l("Returns")),
    ("imports.overview", _l("Import")),
    ("improvements.quarter", _l("Improvements")),
    ("people.everybody", _l("People")),
    ("packs.published", _l("Policies")),
    ("audit.trail", _l("Audit")),
    ("seen.ask", _l("Who has seen")),
    ("erasure.due", _l("Erasure")),
    ("verifications.latest", _l("Verification")),
)
"""What is asked for most stands first; a person sees those whose view their roles open."""

ON_THE_LINE = 6
"""Entries that stand in the head of the page itself, which has one line; the others unfold."""

KEY_PLACES: Mapping[str, str] = {
    "?": "keys.shown",
    "c": "queue.my_queue",
    "t": "tasks.mine",
    "d": "due_dates.month",
    "i": "inbox.my_inbox",
    "r": "intake.register",
}
"""Which view a key leads to: the first by itself, the others after `g`."""

COUNTS: Mapping[str, Callable[[], int]] = {
    "tasks.mine": lambda: checks.counted().charges + checks.count(),
    "inbox.my_inbox": lambda: checks.counted().notices,
    "mails.waiting": lambda: checks.counted().mails,
    "approvals.waiting": lambda: checks.counted().requests,
    "repair.failed_cases": lambda: records().repairs.how_many_cases(reader()),
}
"""What is told beside an entry: how many things wait there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One link of the menu."""

    words: LazyString
    url: str
    is_here: bool
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The entries of one person."""

    line: tuple[MenuEntry, ...]
    more: tuple[MenuEntry, ...]

    @property
    def folded_count(self) -> int:
        """How many things wait at what is folded where there is room for a line."""
        return sum(each.count for each in self.more)

    @property
    def count(self) -> int:
        """How many things wait at all of it, where there is no room for a line."""
        return self.folded_count + sum(each.count for each in self.line)


def lay_out(app: Flask) -> None:
    """Give templates the menu and what they need to link."""
    app.jinja_env.globals.update(
        menu=_menu,
        bank_name=lambda: records().settings.bank_name,
        pager_url=page_url,
        this_page=_this_page,
        key_places=_key_places,
    )


def way_back() -> str | None:
    """The page of ours that a form or link names to come back to; another host's is none."""
    wanted = request.values.get("next", "")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours and wanted.isprintable() else None


def _this_page() -> str:
    """Where whoever changes how pages speak or look is afterwards: a form that came back has no
    address to open, so there it is the page that shows the form, else the one it was sent from."""
    if request.method == "GET":
        return request.full_path
    came_from = urlsplit(request.referrer or "")
    places = [request.full_path.removesuffix("?")]
    if came_from.netloc == request.host:
        places.append(came_from._replace(scheme="", netloc="").geturl())
    return next(filter(_opens, places), url_for("queue.my_queue"))


def _opens(place: str) -> bool:
    try:
        current_app.url_map.bind("").match(urlsplit(place).path, method="GET")
    except HTTPException:
        return False
    return True


def _key_places() -> Mapping[str, str]:
    """Where keys lead to (`web/static/keys.js`), as far as it is open to this person."""
    return {key: url_for(each) for key, each in KEY_PLACES.items() if may_ask_for(each)}


def _menu() -> Menu:
    entries = tuple(_entries())
    return Menu(line=entries[:ON_THE_LINE], more=entries[ON_THE_LINE:])


def _entries() -> Iterator[MenuEntry]:
    for endpoint, words in ENTRIES:
        if not may_ask_for(endpoint):
            continue
        yield MenuEntry(
            words=words,
            url=url_for(endpoint),
            is_here=request.endpoint == endpoint,
            count=_count(endpoint),
        )


def _count(endpoint: str) -> int:
    """How many things wait there; none while nobody can say, for this is on every page."""
    try:
        return COUNTS[endpoint]() if endpoint in COUNTS else 0
    except DatabaseAway:
        return 0
