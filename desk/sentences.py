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
    BadInput.NOT_A_NAME: "{field} takes small letters, digits and hyphens only, at most 40",
}


def sentence_of(fault: Fault) -> str:
    """One fault in one sentence."""
    if isinstance(fault, Flaw):
        return SENTENCES[fault.code].format(field=fault.where, limit=fault.limit, found=fault.found)
    return f"{fault.where}: {fault.says}" if fault.where else fault.says
