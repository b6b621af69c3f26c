"""Where codes become words, and nowhere else: statuses, categories, events, refusals, flaws.

Every phrase passes through gettext; its Chinese lies in `web/translations`. A test holds these
modules against every enumeration, act and pack, so a new member fails until it has its words.
"""

from web.wording.acts import ACT_WORDS, ActWords, act_words
from web.wording.amounts import when
from web.wording.clocks import STEPS, clock_name, step_name
from web.wording.codes import ENUMERATIONS, words
from web.wording.facts import fact_words
from web.wording.fields import FIELDS, label, label_in
from web.wording.flaws import flaw_sentence
from web.wording.names import recipient_name, unit_name
from web.wording.policies import imposed_words, penalty_name, penalty_words
from web.wording.refusals import refusal_sentence

__all__ = [
    "ACT_WORDS",
    "ENUMERATIONS",
    "FIELDS",
    "STEPS",
    "ActWords",
    "act_words",
    "clock_name",
    "fact_words",
    "flaw_sentence",
    "imposed_words",
    "label",
    "label_in",
    "penalty_name",
    "penalty_words",
    "recipient_name",
    "refusal_sentence",
    "step_name",
    "unit_name",
    "when",
    "words",
]
