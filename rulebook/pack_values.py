"""The values packs are made of: figures with their source, spans, codes, words in two languages."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from domain.case import Milestone
from domain.conditions import CONDITIONS, When
from domain.errors import Fault
from domain.policy import DateSetBy, Span, TimeUnit
from domain.sentences import Sentence, sentence

DEFAULT = "default"
"""The source of a figure that no document states."""

LOST = "lost"
"""A figure the source document once had and no copy preserves: the bank must set it."""

NO_SPAN = Span(amount=0, unit=TimeUnit.SECOND)
"""Where a span could not be read, so that reading goes on."""

_SPAN = re.compile(r"^\s*(\d+)\s+(working day|working hour|calendar day|clock hour|second)s?\s*$")
_RULE = re.compile(r"^([A-H]|T-[A-H]|S|K|JR|CBIRC)-?[0-9A-Za-z.-]+$")
_WANTED: Mapping[type, Sentence] = {
    str: sentence("should be text, and is %(shown)s"),
    int: sentence("should be a whole number, and is %(shown)s"),
    bool: sentence("should be true or false, and is %(shown)s"),
    list: sentence("should be a list, and is %(shown)s"),
}

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


def read_span(text: object) -> Span | None:
    """A length of time as rules write it, `3 working days`; None for what is none."""
    matched = _SPAN.match(text) if isinstance(text, str) else None
    return Span(amount=int(matched[1]), unit=TimeUnit(matched[2])) if matched else None


class ValueReader:
    """Reads values and notes what is wrong with them, and which rule each figure comes from."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.rules: dict[str, str] = {}

    def cited(
        self, text: Mapping[str, Any], key: str, kind: type[Value], empty: Value, where: str = ""
    ) -> Value:
        """A single choice, written `{value: ..., rule: ...}`."""
        at = f"{where}.{key}" if where else key
        found = text.get(key)
        if not isinstance(found, Mapping) or "value" not in found:
            self.fault(at, "write it as `{value: ..., rule: ...}`, so that its source is known")
            return empty
        self.rule(found, at)
        if found["value"] == LOST:
            self.lost(at)
            return empty
        return self.need(found, "value", kind, empty, at)

    def rule(self, text: Mapping[str, Any], where: str) -> str:
        """The source of a figure: a rule id, `default`, or `bank` for the bank's own choice."""
        rule = text.get("rule") if isinstance(text, Mapping) else None
        if not isinstance(rule, str) or not (rule in {DEFAULT, "bank"} or _RULE.match(rule)):
            self.fault(
                f"{where}.rule",
                "each figure cites its rule (such as A-34), or says `default` or `bank`",
            )
            return ""
        self.rules[where] = rule
        return rule

    def need(
        self,
        text: Mapping[str, Any],
        key: str,
        kind: type[Value],
        empty: Value,
        where: str = "",
        *,
        default: Value | None = None,
    ) -> Value:
        at = f"{where}.{key}" if where else key
        found = text.get(key, default)
        # A bool is an int to Python, but `true` is no number to the author of a pack.
        if isinstance(found, kind) and not (kind is int and isinstance(found, bool)):
            return found
        self.faults.append(Fault(where=at, says=_WANTED[kind].about(shown=repr(found))))
        return empty

    def choice(self, value: object, kind: type[Choice], where: str) -> Choice:
        try:
            return kind(str(value))
        except ValueError:
            known = list(kind)
            self.fault(where, "%(shown)s is not one of %(known)s", shown=repr(value), known=known)
            return next(iter(kind))

    def milestones(self, text: Mapping[str, Any], key: str, where: str) -> tuple[Milestone, ...]:
        found = listed(text.get(key, []))
        if not found:
            self.fault(f"{where}.{key}", "name at least one milestone")
        return tuple(self.choice(each, Milestone, f"{where}.{key}") for each in found)

    def when(self, text: Mapping[str, Any], where: str, name: str = "when") -> When:
        """The conditions of a part; every one must name a fact and words that fact can take."""
        when: dict[str, tuple[str, ...]] = {}
        for fact, wanted in dict(text.get(name, {})).items():
            at = f"{where}.{name}.{fact}"
            if fact not in CONDITIONS:
                known = sorted(CONDITIONS)
                self.fault(at, "is no fact of a case; the facts are %(known)s", known=known)
                continue
            words = CONDITIONS[fact]
            if words is not None:
                for each in listed(wanted):
                    self.choice(each, words, at)
            when[fact] = tuple(str(each) for each in listed(wanted))
        return when

    def span(self, text: Mapping[str, Any], key: str, where: str) -> Span:
        found = text.get(key)
        if found == LOST:
            self.lost(f"{where}.{key}")
            return NO_SPAN
        span = read_span(found)
        if span is None:
            self.fault(
                f"{where}.{key}", "%(shown)s is no span; write `3 working days`", shown=repr(found)
            )
        return span or NO_SPAN

    def span_or_none(self, text: Mapping[str, Any], key: str, where: str) -> Span | None:
        return self.span(text, key, where) if key in text else None

    def within(self, text: Mapping[str, Any], where: str) -> Span | DateSetBy:
        if text.get("within") in set(DateSetBy) - {DateSetBy.TASK}:
            return DateSetBy(text["within"])
        return self.span(text, "within", where)

    def sums(
        self, text: Mapping[str, Any], key: str, kind: type[Choice]
    ) -> dict[Choice, int] | None:
        """Sums of money by some class, in fen; written in yuan beside their rule."""
        found = text.get(key)
        if found is None:
            return None
        at = f"conduct.{key}"
        self.rule(found, at)
        return {
            self.choice(name, kind, f"{at}.{name}"): self.need(found, name, int, 0, at) * 100
            for name in found
            if name != "rule"
        }

    def optional(self, text: Mapping[str, Any], key: str, kind: type[Value]) -> Value | None:
        """A choice that a pack need not make."""
        return self.cited(text, key, kind, kind(), "conduct") if key in text else None

    def part(self, text: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A part of the pack that need not be there."""
        found = text.get(name, {})
        if isinstance(found, Mapping):
            return found
        self.fault(
            name, "should be a mapping from names to choices, and is %(shown)s", shown=repr(found)
        )
        return {}

    def of_part(
        self, text: Mapping[str, Any], part: str, key: str, kind: type[Value], empty: Value
    ) -> Value:
        """A choice in a part of the pack; neither has to be there."""
        within = self.part(text, part)
        return self.cited(within, key, kind, empty, part) if key in within else empty

    def day(self, text: Mapping[str, Any], key: str) -> date | None:
        found = text.get(key)
        if found is not None and not isinstance(found, date):
            self.fault(
                key, "should be a date such as 2026-11-22, and is %(shown)s", shown=repr(found)
            )
            return None
        return found

    def both_languages(self, text: Mapping[str, Any], key: str, where: str = "") -> dict[str, str]:
        found = text.get(key)
        if not isinstance(found, Mapping) or set(found) != {"en", "zh"}:
            at = f"{where}.{key}" if where else key
            self.fault(at, "write it in both languages: `{en: ..., zh: ...}`")
            return {}
        return {language: str(words) for language, words in found.items()}

    def each(
        self, text: Mapping[str, Any], key: str, read: Callable[[str, Any], Value]
    ) -> dict[str, Value]:
        parts = text.get(key, {})
        if not isinstance(parts, Mapping):
            self.fault(key, "should be a mapping from names to parts")
            return {}
        read_parts = {}
        for name, part in parts.items():
            if isinstance(part, Mapping | list):
                read_parts[str(name)] = read(str(name), part)
            else:
                self.fault(
                    f"{key}.{name}", "should be a part of its own, and is %(shown)s",
                    shown=repr(part),
                )  # fmt: skip
        return read_parts

    def one_of(self, text: Mapping[str, Any], key: str, known: Collection[str], where: str) -> None:
        """Note a word that is none of those that may stand there."""
        found = text.get(key)
        if isinstance(found, str) and found not in known:
            self.fault(
                f"{where}.{key}", "%(shown)s cannot stand here; what can is %(known)s",
                shown=repr(found), known=list(known),
            )  # fmt: skip

    def known_keys(self, text: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in sorted(set(text) - known):
            self.fault(
                f"{where}.{key}", "is not a part here; the parts are %(known)s", known=sorted(known)
            )

    def lost(self, where: str) -> None:
        self.fault(
            where,
            "this figure is lost in the source document; the bank must set it in a pack of its own "
            "that extends this one",
        )

    def fault(self, where: str, english: str, /, **facts: object) -> None:
        """Note what is wrong there. `tools/phrases.py` finds the sentence by the name of this."""
        self.faults.append(Fault(where=where, says=sentence(english, **facts)))


def listed(value: Any) -> list[Any]:
    """The entries of a list, or one that stands for a list of itself."""
    return list(value) if isinstance(value, list | tuple) else [value]
