"""Acts by which the liaison brings a report to the regulator to its end."""

from collections.abc import Mapping

from web.base.phrases import _l
from web.wording.acts.words import ActWords

REPORTING: Mapping[str, ActWords] = {
    "draft_case_report": ActWords(
        title=_l("Begin a report to the regulator"),
        about=_l(
            "On a major case, whether or not it is late. You write and submit it under “Regulator"
            " reports”."
        ),
        done=_l("The report is begun: it is under “Regulator reports”."),
    ),
    "word_case_report": ActWords(
        title=_l("Write a report to the regulator"),
        about=_l("What was written before stays in the journal."),
        done=_l("What the report says is kept."),
    ),
    "submit_case_report": ActWords(
        title=_l("Submit a report to the regulator"),
        about=_l("A second person must agree to just these words."),
        done=_l("It is submitted: send it, then note the receipt number."),
    ),
    "note_report_receipt": ActWords(
        title=_l("Note the receipt of the regulator"),
        about=_l("By which number and when the regulator said that it has the report."),
        done=_l("The receipt number is noted."),
    ),
}
