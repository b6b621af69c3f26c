"""The words of the pages as filters of their templates: `{{ case.status | words }}`."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from domain.acts import ACT_KINDS, INTERNAL
from store.cases.receipts import REFERENCE
from web.wording import (
    acts,
    amounts,
    analysis,
    approvals,
    assessment,
    audit,
    clocks,
    codes,
    documents,
    events,
    facts,
    fields,
    flaws,
    names,
    operations,
    policies,
    staffing,
    story,
)

FILTERS: Mapping[str, Callable[..., Any]] = {
    "advice": operations.advice,
    "approval_about": approvals.approval_about,
    "approval_answer": approvals.approval_answer,
    "approval_facts": approvals.approval_facts,
    "approval_lines": approvals.approval_lines,
    "approval_subject": approvals.approval_subject,
    "approval_title": approvals.approval_title,
    "asked_from": audit.asked_from,
    "audit_action": audit.audit_action,
    "audit_changes": staffing.audit_changes,
    "audit_subject": analysis.subject_words,
    "by_itself": clocks.by_itself,
    "case_named": lambda text: found.group() if (found := REFERENCE.search(text)) else "",
    "clock_name": clocks.clock_name,
    "clock_step": clocks.clock_step,
    "clock_time": amounts.clock_time,
    "counted_from": clocks.counted_from,
    "day": amounts.day_of,
    "dispatch": documents.dispatch_words,
    "event": events.event_words,
    "fact": lambda value, name: facts.fact_words(name, value),
    "imposed": policies.imposed_words,
    "intrusion": operations.intrusion,
    "flaw": flaws.flaw_sentence,
    "formula": assessment.formula_words,
    "handler": names.handler_name,
    "journal_facts": story.journal_facts,
    "label": fields.label,
    "lane_name": story.lane_name,
    "length_words": amounts.length_words,
    "line_sentence": story.line_sentence,
    "mark_name": clocks.mark_name,
    "measurement": assessment.value_words,
    "median": assessment.basis_words,
    "on_day": amounts.on_day,
    "penalty": policies.penalty_words,
    "person": names.person_name,
    "reader": names.reader_name,
    "recipient": names.recipient_name,
    "repair_state": story.repair_state,
    "rule": policies.rule_words,
    "said": facts.said,
    "sent": documents.sent_words,
    "sentence": story.sentence,
    "span_words": policies.span_words,
    "staffing_label": staffing.staffing_label,
    "step_label": story.step_label,
    "step_name": clocks.step_name,
    "timer_label": clocks.timer_label,
    "topic_hint": analysis.hint_words,
    "told_facts": facts.told_facts,
    "told_to": names.told_to,
    "texts_apart": fields.texts_apart,
    "tries": story.tries,
    "unit": names.unit_name,
    "warned_of": analysis.warned_words,
    "when": amounts.when,
    "when_on_day": amounts.when_on_day,
    "when_to_the_second": amounts.when_to_the_second,
    "why_day": clocks.why_day,
    "words": codes.words,
    "yuan": amounts.yuan,
}


def teach(app: Flask) -> None:
    """Let templates speak in words."""
    app.jinja_env.filters |= {name: _asked_anew(speak) for name, speak in FILTERS.items()}
    app.jinja_env.globals.update(
        act_words=acts.ACT_WORDS, acts_by_kind=ACT_KINDS, internal=INTERNAL
    )


def _asked_anew(speak: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is asked for every page. Without the context a template would ask once, when
    it is compiled, what `'name' | label` says, and answer in its first reader's language for ever.
    """

    @pass_context
    def asked(_: Context, *values: Any) -> Any:
        return speak(*values)

    return asked
