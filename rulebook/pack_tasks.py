"""What a pack says of tasks: which there are, whose, by when, and what ends them."""

from collections.abc import Mapping
from typing import Any

from domain.acts import ACT_KINDS, FinishTask
from domain.classification import Cause, Level, Role
from domain.events import Event
from domain.policy import FindingRules, OfficeTask, Rung, Span, SurveyRules, TaskRules, Warn
from domain.surveys import PLAIN
from rulebook.pack_values import NO_SPAN, ValueReader, listed

FIRST_OWNER = "first_owner"
"""For whom a task is that no office has: whoever heard the complaint first (D-08)."""


PLANNED_PERSON = "planned_person"
"""For whom a task is that the plan of an improvement gives (S-23)."""


class TaskReader(ValueReader):
    """Reads the tasks of a pack, and the warnings and ladders that they share with its limits."""

    def duty(self, name: str, text: Mapping[str, Any]) -> OfficeTask:
        where = f"duties.{name}"
        known = {
            "for", "at", "when", "until", "title", "rule", "asks", "holds_up", "within",
            "keeps_time_of", "to_know", "as_long_as",
        }  # fmt: skip
        self.known_keys(text, known, where)
        level = text.get("at")
        for_first_owner = text.get("for") == FIRST_OWNER
        for_planned = text.get("for") == PLANNED_PERSON
        asks = tuple(str(each) for each in listed(text.get("asks", [])))
        for unknown in sorted(set(asks) - set(FinishTask.words)):
            self.fault(
                f"{where}.asks", "%(shown)s is not one of %(known)s",
                shown=repr(unknown), known=list(FinishTask.words),
            )  # fmt: skip
        holds_up = tuple(str(each) for each in listed(text.get("holds_up", [])))
        for unknown in sorted(set(holds_up) - set(ACT_KINDS)):
            self.fault(f"{where}.holds_up", "there is no act %(name)s", name=repr(unknown))
        own = text.get("within")
        if own is not None:
            self.rule(own, f"{where}.within")
        return OfficeTask(
            name=name,
            role=(
                Role.INTAKE
                if for_first_owner
                else Role.SUPERVISOR
                if for_planned
                else self.choice(text.get("for"), Role, f"{where}.for")
            ),
            level=None if level is None else self.choice(level, Level, f"{where}.at"),
            when=self.when(text, where),
            title=self.both_languages(text, "title", where),
            rule=self.rule(text, where),
            until=tuple(
                self.choice(each, Event, f"{where}.until") for each in listed(text.get("until", []))
            ),
            asks=asks,
            holds_up=holds_up,
            within=self.span(own, "value", f"{where}.within") if own is not None else None,
            keeps_time_of=(
                self.need(text, "keeps_time_of", str, "", where)
                if "keeps_time_of" in text
                else None
            ),
            as_long_as=self.when(text, where, "as_long_as"),
            for_first_owner=for_first_owner,
            for_planned=for_planned,
            is_to_know=self.need(text, "to_know", bool, False, where, default=False),
        )

    def task_rules(self, pack: Mapping[str, Any]) -> TaskRules | None:
        """What holds for every task; None in a pack from before tasks had dates."""
        text = pack.get("tasks")
        if text is None:
            return None
        self.known_keys(text, {"within", "warn", "ladder", "rule"}, "tasks")
        return TaskRules(
            within=self.span(text, "within", "tasks"),
            rule=self.rule(text, "tasks"),
            warnings=tuple(
                self.warning(position, warning, f"tasks.warn.{position}")
                for position, warning in enumerate(listed(text.get("warn", [])), start=1)
            ),
            ladder=self.need(text, "ladder", str, "tasks", "tasks", default="tasks"),
        )

    def survey(self, pack: Mapping[str, Any]) -> SurveyRules | None:
        """How customers are asked by a link; None in a pack that knows no survey."""
        text = pack.get("survey")
        if text is None:
            return None
        self.known_keys(text, {"open_for", "when", "rule"}, "survey")
        opens = text.get("open_for", {})
        self.rule(opens, "survey.open_for")
        span = self.span(opens, "value", "survey.open_for")
        if span.unit not in PLAIN:
            self.fault("survey.open_for", "a customer is given calendar days or clock hours")
        return SurveyRules(
            open_for=span, when=self.when(text, "survey"), rule=self.rule(text, "survey")
        )

    def findings(self, pack: Mapping[str, Any]) -> FindingRules | None:
        """How it is found who of the bank is responsible; None in a pack that knows no finding."""
        text = pack.get("findings")
        if text is None:
            return None
        known = {
            "reply_within", "appeal_within", "decided_by", "penalties", "told_when_final", "rule"
        }  # fmt: skip
        self.known_keys(text, known, "findings")
        decides = text.get("decided_by", {})
        leads_to_penalties, tells_when_final = (
            self.cited(text, name, bool, False, "findings") if name in text else False
            for name in ("penalties", "told_when_final")
        )
        if leads_to_penalties and not pack.get("penalties"):
            self.fault(
                "findings.penalties", "there are none: write `penalties`, each range with its rule"
            )
        self.rule(decides, "findings.decided_by")
        return FindingRules(
            reply_within=self.plain_span(text, "reply_within", "findings"),
            appeal_within=self.plain_span(text, "appeal_within", "findings"),
            decided_by=self.choice(decides.get("value"), Role, "findings.decided_by"),
            leads_to_penalties=leads_to_penalties,
            tells_when_final=tells_when_final,
            rule=self.rule(text, "findings"),
        )

    def plain_span(self, text: Mapping[str, Any], name: str, where: str) -> Span:
        """A span with its rule that no calendar is needed for: days of the calendar, hours."""
        own = text.get(name, {})
        self.rule(own, f"{where}.{name}")
        span = self.span(own, "value", f"{where}.{name}")
        if span.unit not in PLAIN:
            self.fault(f"{where}.{name}", "write calendar days or clock hours")
        return span

    def belongs_within(self, pack: Mapping[str, Any]) -> Span | None:
        """How far apart cases may be that belong together; None where nothing is spotted."""
        text = pack.get("belonging")
        if text is None:
            return None
        self.known_keys(text, {"within"}, "belonging")
        within = text.get("within", {})
        self.rule(within, "belonging.within")
        span = self.span(within, "value", "belonging.within")
        if span.unit not in PLAIN:
            self.fault("belonging.within", "write calendar days or clock hours")
        return span

    def causes(self, pack: Mapping[str, Any]) -> dict[Cause, str] | None:
        """The causes a case may be settled with, each with its rule (S-12, S-16)."""
        text = pack.get("causes")
        if text is None:
            return None
        self.known_keys(text, {"from", "required"}, "causes")
        return {
            self.choice(name, Cause, f"causes.from.{name}"): self.rule(
                {"rule": rule}, f"causes.from.{name}"
            )
            for name, rule in dict(text.get("from", {})).items()
        }

    def warning(self, position: int, text: Any, where: str) -> Warn:
        if not isinstance(text, Mapping) or ("after" in text) == ("before" in text):
            self.fault(where, "write either `after: 7 working days` or `before: 1 working day`")
            return Warn(name="", rule="", after=NO_SPAN)
        return Warn(
            name=f"warning-{position}",
            rule=self.rule(text, where),
            after=self.span(text, "after", where) if "after" in text else None,
            before=self.span(text, "before", where) if "before" in text else None,
            tells_customer=self.need(text, "tells_customer", bool, False, where, default=False),
        )

    def ladder(self, name: str, text: Any) -> tuple[Rung, ...]:
        where = f"ladders.{name}"
        rungs = []
        for position, rung in enumerate(listed(text)):
            at = f"{where}.{position}"
            if not isinstance(rung, Mapping):
                self.fault(at, "a rung is a mapping with rung, role and rule")
                continue
            rungs.append(
                Rung(
                    name=self.need(rung, "rung", str, "", at),
                    role=self.choice(rung.get("role"), Role, f"{at}.role"),
                    rule=self.rule(rung, at),
                    acknowledge_within=self.span(rung, "acknowledge_within", at),
                    resolve_within=self.span(rung, "resolve_within", at),
                    drafts_report=self.need(rung, "drafts_report", bool, False, at, default=False),
                    report_within=(
                        self.span(rung, "report_within", at) if "report_within" in rung else None
                    ),
                )
            )
        if not rungs:
            self.fault(where, "a ladder needs at least one rung, or a breach would reach nobody")
        return tuple(rungs)
