"""The forms of a page, as a browser would send them: filled in well, but for what is odd."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from werkzeug.test import TestResponse

from tests.oddities.odd import Oddity
from tests.web.seen import FIELDS, tree_of, words_of

OF_TEXT = {"text", "textarea", "search", "tel"}
DATES = {"datetime-local", "date"}
UNTOUCHED = {"csrf_token"}

SOON = (datetime.now(UTC) + timedelta(days=5)).astimezone(ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a form as the page gives it."""

    name: str
    kind: str
    value: str
    choices: tuple[str, ...] = ()
    is_amount: bool = False

    def well(self, which: int) -> str | None:
        """What a sensible person would put there; None to leave it."""
        match self.kind:
            case "hidden":
                return self.value
            case "select":
                chosen = [each for each in self.choices if each]
                return chosen[which % len(chosen)] if chosen else ""
            case "checkbox" | "radio":
                return self.value if which % 3 == 0 else None
            case "datetime-local":
                return self.value or SOON.strftime("%Y-%m-%dT%H:%M")
            case "date":
                return self.value or SOON.strftime("%Y-%m-%d")
            case "password" | "file" | "submit" | "button":
                return None
        if self.is_amount:
            return "120.50"
        plain = {"email": "wei@example.com", "phone": "13800000000"}
        return self.value or plain.get(self.name, "Said at the counter.")

    @property
    def is_kept(self) -> bool:
        """Whether what was typed must stand there again when the form comes back."""
        return self.kind in OF_TEXT | DATES


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page."""

    action: str
    method: str
    blanks: tuple[Blank, ...]

    def filled(self, odd: Oddity) -> dict[str, Any]:
        """Filled in, one field or all of them oddly."""
        taken = [each for each in self.blanks if each.name not in UNTOUCHED]
        oddly = {each.name for each in taken if each.kind != "hidden"}
        if odd.where and taken:
            oddly = {taken[odd.where % len(taken)].name}
        typed: dict[str, Any] = {}
        for blank in self.blanks:
            kind = "amount" if blank.is_amount else blank.kind
            said = odd.typed(kind) if blank.name in oddly else blank.well(odd.which)
            if said is not None and blank.kind != "file" and blank.name not in UNTOUCHED:
                typed[blank.name] = said
        return typed

    def texts_in(self, typed: dict[str, Any]) -> dict[str, str]:
        """What was typed by hand."""
        return {b.name: typed[b.name] for b in self.blanks if b.is_kept and b.name in typed}

    def named(self, name: str) -> bool:
        """Whether it has this field."""
        return any(each.name == name for each in self.blanks)

    def is_date(self, name: str) -> bool:
        return any(each.name == name and each.kind in DATES for each in self.blanks)

    def is_broken_by(self, typed: dict[str, Any]) -> bool:
        """Whether no browser can have sent this: another key than the page's, or a NUL."""
        hidden = [each for each in self.blanks if each.kind == "hidden" and each.name in typed]
        changed = any(typed[each.name] != each.value for each in hidden)
        return changed or any("\0" in str(said) for said in typed.values())

    def values(self) -> dict[str, str]:
        return {each.name: each.value for each in self.blanks}


def forms_of(answer: TestResponse, url: str) -> list[Form]:
    """Every form on a page that was asked for under this address."""
    return [
        Form(
            action=form.get("action") or url,
            method=form.get("method", "get").lower(),
            blanks=tuple(_blanks(form)),
        )
        for form in tree_of(answer).iter("form")
    ]


def _blanks(form: Element) -> Iterator[Blank]:
    for each in form.iter():
        name = each.get("name")
        if each.tag not in FIELDS or not name:
            continue
        if each.tag == "textarea":
            yield Blank(name, "textarea", (each.text or "").removeprefix("\n"))
        elif each.tag == "select":
            options = list(each.iter("option"))
            chosen = next((o.get("value", "") for o in options if "selected" in o.attrib), "")
            yield Blank(name, "select", chosen, tuple(o.get("value", "") for o in options))
        else:
            # A code that counts once is not shown again, as a password is not.
            once = each.get("autocomplete") == "one-time-code"
            kind = "password" if once else each.get("type", "text")
            is_amount = each.get("inputmode") == "decimal"
            yield Blank(name, kind, each.get("value", ""), is_amount=is_amount)


def links_of(answer: TestResponse) -> list[str]:
    """Where a page leads, within the house."""
    found = [each.get("href", "") for each in tree_of(answer).iter("a")]
    return [each.partition("#")[0] for each in found if each.startswith("/")]


def is_shown(text: str, answer: TestResponse) -> bool:
    """Whether a page says this, in its words or in a field, however its lines break."""
    said, tree = " ".join(text.split()), tree_of(answer)
    fields = (blank.value for form in tree.iter("form") for blank in _blanks(form))
    return said in words_of(tree) or said in (" ".join(each.split()) for each in fields)
