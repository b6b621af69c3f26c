"""What is wrong with an input, as a terminal says it."""

from domain.complaint import BadInput, Flaw
from domain.errors import Fault

SENTENCES = {
    BadInput.EMPTY: "{field} is empty",
    BadInput.TOO_LONG: "{field} has {found} characters, and {limit} are the most it may have",
    BadInput.TOO_SHORT: "{field} has {found} characters, and {limit} are the least it may have",
    BadInput.CONTROL_CHARACTERS: "{field} holds characters that belong to no text",
    BadInput.IN_THE_FUTURE: "{field} lies in the future",
    BadInput.LONG_AGO: "{field} lies {limit} year or more back. If it is right, confirm it",
    BadInput.TOO_LONG_AGO: "{field} lies more than {limit} years back. Look at the year",
    BadInput.DATE_HAS_PASSED: "{field} has passed",
    BadInput.BEFORE_RECEIPT: "{field} lies before the receipt",
    BadInput.TOO_FAR_AHEAD: "{field} lies more than {limit} years ahead. Look at the year",
    BadInput.NOT_A_DATE: "{field} is no date",
    BadInput.NOT_A_CHOICE: "{field} is none of the words it may be",
    BadInput.NOT_AN_AMOUNT: "{field} is no amount",
    BadInput.NOT_AN_EMAIL: "{field} is no address that mail can be sent to",
    BadInput.SENDER_DATE_MISSING: "{field} needs the sender's date",
    BadInput.SENDER_MISSING: "{field} is missing: a complaint handed over names who did",
    BadInput.NO_SUCH_UNIT: "there is no such {field}",
    BadInput.NO_SUCH_POLICY: "no policy is published for its unit",
    BadInput.TAKEN: "{field} is taken",
    BadInput.NOT_AN_ID: "{field} takes letters, digits and . _ @ - only, at most {limit}",
    BadInput.NOT_A_DAY: "{field} is no day, such as 2026-11-22",
    BadInput.NOT_YES_OR_NO: "{field} is neither yes nor no",
    BadInput.NOT_A_WORD_WE_KNOW: "{field} is a word that nobody here knows",
    BadInput.NO_SUCH_PACK: "there is no published pack of that name",
    BadInput.NO_SUCH_PERSON: "{field}: nobody works here under this login",
    BadInput.NOT_THE_ONLY_TOP: "only one unit stands above all others; say what this is {field} of",
    BadInput.TOP_UNIT: "the unit above all others cannot be closed",
    BadInput.IN_A_CIRCLE: "by its {field} this unit would stand below itself",
    BadInput.HIGHER_THAN_ABOVE: "{field}: it cannot be higher than that of the unit above",
    BadInput.UNIT_CLOSED: "{field}: that unit is closed",
    BadInput.STILL_HELD: "{found} people or units still belong here; move them first",
    BadInput.STILL_OPEN_CASES: "{found} open cases are still here; forward them first",
    BadInput.CANNOT_SAY_HEARD: "{field}: only a supervisor, human resources or the regulator"
    " liaison can say that an escalation was heard",
    BadInput.OWN_DEPUTY: "{field}: nobody stands in for themselves",
    BadInput.BEFORE_FIRST_DAY: "{field} lies before the first day",
    BadInput.LAST_ADMINISTRATOR: "this is the last administrator; let somebody else be one first",
    BadInput.TWICE: "{field} stands here a second time, after line {found}",
    BadInput.NO_SUCH_COLUMN: "nothing is known by this {field}",
    BadInput.COLUMN_MISSING: "the column of the {field} is missing",
    BadInput.ROW_OF_ANOTHER_LENGTH: "the line has {found} cells, and the headings are {limit}",
    BadInput.NOT_A_TABLE: "this is no table with headings, as a workbook (.xlsx) or as CSV in"
    " UTF-8 or GB 18030",
    BadInput.SEVERAL_SHEETS: "several sheets of the workbook say something; leave one",
    BadInput.OPEN_QUOTE: "a quote is not rightly closed here; close it, or write it twice",
    BadInput.FILE_TOO_LARGE: "the file is larger than {limit} MB",
    BadInput.NOBODY_LEADS: "no supervisor hears of complaints here: nobody is one in this unit or"
    " above it, and nobody is on the duty roster",
    BadInput.CARD_NUMBER: "{field}, line {found}: {shown} looks like the number of a card",
    BadInput.IDENTITY_NUMBER: "{field}, line {found}: {shown} looks like an identity number",
    BadInput.PASSWORD: "{field}, line {found} holds what looks like a password or PIN",
    BadInput.NOT_A_NAME: "{field} takes small letters, digits and hyphens only, at most 40",
}


def sentence_of(fault: Fault) -> str:
    """One fault in one sentence."""
    if isinstance(fault, Flaw):
        return SENTENCES[fault.code].format(
            field=fault.where, limit=fault.limit, found=fault.found, shown=fault.shown
        )
    return f"{fault.where}: {fault.says}" if fault.where else str(fault.says)
