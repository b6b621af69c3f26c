"""Filling in a form of a finished page, whichever it is, with what was typed into it before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Attributes = Sequence[tuple[str, str | None]]

LEFT_ALONE = frozenset({"file", "password", "submit", "button", "image", "reset"})
"""Kinds of inputs that nothing can or should be put into."""

TICKED = frozenset({"checkbox", "radio"})


class _Filler(HTMLParser):
    """Copies a page, but for the fields of the form that leads to a certain path."""

    def __init__(
        self, page: str, action: str, typed: Mapping[str, Sequence[str]], notice: str
    ) -> None:
        super().__init__(convert_charrefs=False)
        self._page, self._action, self._notice = page, action, notice
        self._typed = {name: list(values) for name, values in typed.items()}
        self._to_type = {name: list(values) for name, values in typed.items()}
        self._copied: list[str] = []
        self._folded: list[int] = []
        """Where the unfinished `details` begin."""
        self._within = False
        self._select: str | None = None
        self._replaces_text = False
        self.found = False

    def filled(self, page: str) -> str:
        self.feed(page)
        self.close()
        return "".join(self._copied)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        named = dict(attrs)
        written = self.get_starttag_text() or ""
        if tag == "details":
            self._folded.append(len(self._copied))
        if tag == "form" and not self.found and self._leads_there(named):
            self.found = self._within = True
            self._unfold()
            written += self._notice
        elif self._within and tag in ("input", "option"):
            written = self._as_typed(tag, named) or written
        elif self._within and tag == "select":
            self._select = named.get("name")
        self._copied.append(written)
        if self._within and tag == "textarea" and named.get("name") in self._typed:
            self._copied.append("\n" + escape(self._next(named["name"] or "")))
            self._replaces_text = True

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._replaces_text = False
        if tag == "form":
            self._within = False
        if tag == "select":
            self._select = None
        if tag == "details" and self._folded:
            self._folded.pop()
        self._copied.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._replaces_text:
            self._copied.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._copied.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self._copied.append(f"<!--{data}-->")

    def _leads_there(self, named: Mapping[str, str | None]) -> bool:
        is_posted = (named.get("method") or "").lower() == "post"
        return is_posted and urlsplit(named.get("action") or self._page).path == self._action

    def _unfold(self) -> None:
        for at in self._folded:
            opened = self._copied[at]
            if not opened.endswith(" open>"):
                self._copied[at] = f"{opened[:-1]} open>"

    def _as_typed(self, tag: str, named: dict[str, str | None]) -> str:
        """The element with what was typed; nothing where it stays as it is."""
        if tag == "option":
            if self._select not in self._typed:
                return ""
            chosen = (named.get("value") or "") in self._typed[self._select or ""]
            return _element(tag, named, "selected", chosen=chosen)
        name, kind = named.get("name") or "", named.get("type") or "text"
        if kind in LEFT_ALONE:
            return ""
        if kind in TICKED:
            ticked = (named.get("value") or "on") in self._typed.get(name, ())
            return _element(tag, named, "checked", chosen=ticked)
        if name not in self._typed:
            return ""
        return _element(tag, {**named, "value": self._next(name)})

    def _next(self, name: str) -> str:
        left = self._to_type[name]
        return left.pop(0) if left else ""


def fill(
    html: str, page: str, action: str, typed: Sequence[tuple[str, str]], notice: str
) -> str | None:
    """The page with its form to `action` filled in, unfolded, and the notice at its beginning; None
    when there is no such form.
    """
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in typed:
        values[name].append(value)
    filler = _Filler(page, action, values, notice)
    filled = filler.filled(html)
    return filled if filler.found else None


def _element(
    tag: str, named: Mapping[str, str | None], mark: str = "", *, chosen: bool = False
) -> str:
    parts = [
        name if value is None else f'{name}="{escape(value)}"'
        for name, value in named.items()
        if name != mark
    ]
    return f"<{' '.join([tag, *parts, *([mark] if chosen else [])])}>"
