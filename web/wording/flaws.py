"""What is wrong with something typed, and what would be right."""

from collections.abc import Mapping

from domain.complaint import BadInput, Flaw
from web.base.phrases import LazyString, _l, bare

FLAWS: Mapping[BadInput, LazyString] = {
    BadInput.EMPTY: _l("Please fill this in."),
    BadInput.UNCHANGED: _l("The complaint has just this already."),
    BadInput.NOTHING_CHANGED: _l("Type at least one thing that is to be corrected."),
    BadInput.TOO_LONG: _l(
        "This is too long: %(found)s characters, and there is room for %(limit)s."
    ),
    BadInput.TOO_SHORT: _l(
        "This is too short: %(found)s characters, and it takes at least %(limit)s."
    ),
    BadInput.CONTROL_CHARACTERS: _l(
        "This holds characters that cannot be shown. Type them anew instead of pasting them."
    ),
    BadInput.IN_THE_FUTURE: _l("This lies in the future."),
    BadInput.LONG_AGO: _l("This lies %(limit)s year or more back. If it is right, confirm it."),
    BadInput.TOO_LONG_AGO: _l("This lies more than %(limit)s years back. Look at the year."),
    BadInput.DATE_HAS_PASSED: _l("This date has passed."),
    BadInput.BEFORE_RECEIPT: _l("This lies before the receipt."),
    BadInput.TOO_FAR_AHEAD: _l("This lies more than %(limit)s years ahead. Look at the year."),
    BadInput.NOT_A_DATE: _l("This is no date and time, such as 2026-11-22 09:30."),
    BadInput.NOT_A_CHOICE: _l("Choose one of the entries of the list."),
    BadInput.NOTHING_CHOSEN: _l("Choose at least one."),
    BadInput.NOT_AN_AMOUNT: _l("This is no amount in yuan, such as 1200 or 1200.50."),
    BadInput.NOT_AN_EMAIL: _l(
        "No mail can be sent to this. Enter one address, such as name@example.com."
    ),
    BadInput.SENDER_DATE_MISSING: _l("Enter the date by which the sender wants an answer."),
    BadInput.SENDER_MISSING: _l("Say who handed the complaint over."),
    BadInput.NO_SUCH_UNIT: _l("There is no such unit. Choose one of the list."),
    BadInput.NO_SUCH_POLICY: _l(
        "No rules are published for this unit. Ask an administrator to publish a policy."
    ),
    BadInput.FILE_TOO_LARGE: _l("This file is larger than %(limit)s MB."),
    BadInput.FILE_KIND: _l(
        "Files of this kind are not taken, or this one is not what its name says."
    ),
    BadInput.FILE_NAME: _l(
        "The name of this file holds a line break or a mark that nobody sees. Rename the file and"
        " send it again."
    ),
    BadInput.TOO_MANY_FILES: _l("A case may have %(limit)s files, and it has them already."),
    BadInput.TAKEN: _l("This is taken already. Choose another."),
    BadInput.NOT_A_NAME: _l("Small letters, digits and hyphens only, at most 40."),
    BadInput.NOT_A_KEY: _l(
        "Make a UUID for each complaint, and send the same one each time you send that complaint."
    ),
    BadInput.NOT_AN_INSTANT: _l(
        "This is no instant with its distance from UTC, such as 2026-11-22T09:30:00+08:00."
    ),
    BadInput.NO_SUCH_FIELD: _l("A complaint has no such field."),
    BadInput.NAME_TWICE: _l("This field is there twice. Send it once."),
    BadInput.WRONG_KIND: _l(
        "This is not of the kind that the description of the interface asks for."
    ),
    BadInput.NOT_AN_ID: _l(
        "Letters A to Z, digits and the signs . _ @ - only, at most %(limit)s, and a letter or"
        " digit first."
    ),
    BadInput.NOT_A_DAY: _l("This is no day, such as 2026-11-22."),
    BadInput.NOT_YES_OR_NO: _l("Write yes or no."),
    BadInput.NOT_A_WORD_WE_KNOW: _l(
        "This word is not known here. Write it as the pages do, in English or Chinese."
    ),
    BadInput.NO_SUCH_PACK: _l("No policy of this name is published."),
    BadInput.NO_SUCH_PERSON: _l("Nobody works here under this login name."),
    BadInput.NOT_THE_ONLY_TOP: _l(
        "Only one unit stands above all others. Say which unit this one is under."
    ),
    BadInput.TOP_UNIT: _l("The unit above all others cannot be closed."),
    BadInput.IN_A_CIRCLE: _l(
        "This unit would stand under itself. Choose one that is not below it."
    ),
    BadInput.HIGHER_THAN_ABOVE: _l("A unit cannot be of a higher level than the one above it."),
    BadInput.UNIT_CLOSED: _l("This unit is closed. Choose another."),
    BadInput.STILL_HELD: _l(
        "%(found)s people or units still belong to this unit. Move them first."
    ),
    BadInput.STILL_OPEN_CASES: _l(
        "%(found)s open cases are still with this unit. Have them forwarded first."
    ),
    BadInput.CANNOT_SAY_HEARD: _l(
        "Only a supervisor, human resources or the regulator liaison can say that an escalation was"
        " heard. Give one of these roles, or take somebody else onto the roster."
    ),
    BadInput.OWN_DEPUTY: _l("Nobody stands in for themselves. Choose somebody else."),
    BadInput.BEFORE_FIRST_DAY: _l("The last day lies before the first."),
    BadInput.LAST_ADMINISTRATOR: _l(
        "This is the last administrator. Let somebody else be one first."
    ),
    BadInput.TWICE: _l("This stands here a second time; the first is in line %(found)s."),
    BadInput.NO_SUCH_COLUMN: _l("Nothing is known by this heading."),
    BadInput.COLUMN_MISSING: _l("This column is missing."),
    BadInput.ROW_OF_ANOTHER_LENGTH: _l(
        "This line has %(found)s cells, and there are %(limit)s headings."
    ),
    BadInput.NOT_A_TABLE: _l(
        "This is no table with headings. Save it as a workbook (.xlsx), or as CSV in UTF-8 or"
        " GB 18030."
    ),
    BadInput.SEVERAL_SHEETS: _l("Several sheets of the workbook say something. Leave one."),
    BadInput.OPEN_QUOTE: _l(
        "A quote is not rightly closed here, so nothing after it can be told apart. Close it, or"
        " write it twice if it is meant."
    ),
    BadInput.NOBODY_LEADS: _l(
        "No supervisor would hear of complaints here: nobody is one in this unit or above it,"
        " and nobody is on the duty roster."
    ),
    BadInput.CHANGED_MEANWHILE: _l(
        "Somebody else has changed this since you opened the page. What you typed is kept; look"
        " at the page anew before you save it."
    ),
    BadInput.WRONG_PASSWORD: _l("This is not your password. Type it again."),
    BadInput.WRONG_CODE: _l(
        "This code does not fit, or was used before. Wait for the next one and type that."
    ),
    BadInput.GUESSABLE: _l(
        "This would be guessed: it is made of what everybody tries first, or of your own or the"
        " bank's names. Take a few words in a row that belong to nobody but you."
    ),
    BadInput.CARD_NUMBER: _l(
        "Line %(found)s: “%(shown)s” looks like the number of a card. Take it out, or have it"
        " masked."
    ),
    BadInput.IDENTITY_NUMBER: _l(
        "Line %(found)s: “%(shown)s” looks like an identity number. Take it out, or have it masked."
    ),
    BadInput.PASSWORD: _l(
        "Line %(found)s holds what looks like a password or PIN. Take it out, or have it masked."
    ),
    BadInput.NOT_THE_SAME: _l("The two passwords differ. Type the same one twice."),
}


def flaw_sentence(flaw: Flaw) -> str:
    """A flaw beside the field it is about."""
    sentence = FLAWS.get(flaw.code)
    if sentence is None:
        return bare(flaw.code)
    return str(sentence) % {
        "limit": flaw.limit,
        "found": flaw.found,
        "shown": flaw.shown,
    }
