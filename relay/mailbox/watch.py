"""Reads a mailbox beside the worker: what lies in it is taken, then moved out of the way."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO

from activities.access_token import token_for
from config import MailboxAddress, OAuthClient
from crashpoints import crashpoint
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit
from domain.mails import LeftOut, Mail, MailboxTrouble, MailedFile, MailFlaw
from domain.sensitive import masked_text
from relay.mailbox.imap import PATIENCE_SECONDS, Lying, NotRead, OpenMailbox, opened
from relay.mailbox.mime import read_mail
from rulebook.attachments import read_limits
from rulebook.texts import read_text_limits
from store.database import DatabaseAway, Sessions
from store.files.attachments import AttachmentFolder, StoredFile
from store.mails.mailboxes import note_read, note_trouble
from store.mails.rows import is_known, key_of_mail
from store.mails.taking import says_nothing, take

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
"""How often the mailbox is looked into (default): a customer's answer is no alarm."""

LARGEST_MAIL = 40 << 20
"""Bytes of a mail that is read whole (default): as much as the usual servers take, and more than a
file of a case may have once it is written for a mail."""


class MailboxWatch:
    """Takes the mail of one mailbox. Any number may run: what two read at once is taken once."""

    def __init__(
        self,
        sessions: Sessions,
        address: MailboxAddress,
        files: AttachmentFolder,
        client: OAuthClient | None = None,
    ) -> None:
        """It is shown the token that `client` is given for it, where there is one."""
        self._sessions = sessions
        self._address = address
        self._token = token_for(address.user, client, PATIENCE_SECONDS)
        self._files = files
        self._limits = read_limits()

    async def run(self) -> None:
        """Until cancelled. A mailbox that cannot be read is tried again, and holds nothing up."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Take everything that lies in it, and note how that went."""
        try:
            trouble = self._taken_all()
        except NotRead as why:
            log.warning("the mailbox could not be read: %s", why)
            trouble = why.trouble
        except DatabaseAway as away:
            log.warning("no mail could be taken: %s", type(away).__name__)
            return
        except Exception as fault:
            # Whatever another server answers, the cases of this worker go on. Its words may quote.
            log.error("the mailbox could not be read: %s", type(fault).__name__)
            trouble = MailboxTrouble.FAULT
        self._note(trouble)

    def _taken_all(self) -> MailboxTrouble | None:
        """Take everything; says what stood in the way of some of it."""
        with opened(self._address, self._token) as mailbox:
            met = [self._trouble_with(mailbox, uid) for uid in mailbox.uids()]
        return next((each for each in met if each is not None), None)

    def _trouble_with(self, mailbox: OpenMailbox, uid: int) -> MailboxTrouble | None:
        """Take one mail; one that cannot be taken, or not moved, stays where it is and keeps no
        other waiting."""
        try:
            self._take(mailbox, uid)
        except NotRead as why:
            if why.trouble not in (MailboxTrouble.NO_FOLDER, MailboxTrouble.FAULT):
                raise
            log.warning("a mail stays where it is: %s", why)
            return why.trouble
        except DatabaseAway:
            raise
        except Exception as fault:
            # Its traceback could quote the mail.
            log.error("a mail could not be taken: %s", type(fault).__name__)
            return MailboxTrouble.FAULT
        return None

    def _take(self, mailbox: OpenMailbox, uid: int) -> None:
        """Take one mail. Whoever is killed before it is stored finds it where it was; afterwards
        it is known, and only moved."""
        lying = mailbox.read(uid, LARGEST_MAIL)
        if lying is None:
            return
        mail = read_mail(lying.content, is_whole=lying.is_whole)
        if self._store(lying, mail):
            crashpoint("mail.stored")
        mailbox.put_away(uid)

    def _store(self, lying: Lying, mail: Mail) -> bool:
        with self._sessions() as session:
            key = key_of_mail(session, *_what_makes_it(lying, mail))
            if is_known(session, key):
                return False
            has_files = mail.returned is None and not says_nothing(session, mail)
        with ExitStack() as lie:
            files, left_out = self._laid_down(mail.files if has_files else (), lie)
            crashpoint("mail.read")
            known = replace(mail, left_out=(*mail.left_out, *left_out))
            with self._sessions.begin() as session:
                status = take(session, known, files, key=key, received_at=lying.received_at)
        log.info("a mail was taken: %s", status or "known")
        return status is not None

    def _laid_down(
        self, files: Sequence[MailedFile], lie: ExitStack
    ) -> tuple[list[tuple[str, StoredFile]], list[LeftOut]]:
        """The files of a mail, each held to what every other file of a case is held to; nobody
        takes one away before `lie` is over."""
        taken: list[tuple[str, StoredFile]] = []
        refused: list[LeftOut] = []
        for each in files:
            if len(taken) == self._limits.files_per_case:
                refused.append(LeftOut(flaw=MailFlaw.TOO_MANY_FILES, name=_shown(each.name)))
                continue
            try:
                content = BytesIO(each.content)
                kept = lie.enter_context(self._files.laid_down(content, each.name, self._limits))
            except NotFit as unfit:
                refused.append(LeftOut(flaw=_flaw_of(unfit), name=_shown(each.name)))
            else:
                taken.append((each.name, kept))
        return taken, refused

    def _note(self, trouble: MailboxTrouble | None) -> None:
        try:
            with self._sessions.begin() as session:
                if trouble is None:
                    note_read(session, self._address.name)
                else:
                    note_trouble(session, self._address.name, trouble)
        except DatabaseAway as away:
            log.warning("how the mailbox stands could not be noted: %s", type(away).__name__)


def _what_makes_it(lying: Lying, mail: Mail) -> tuple[bytes, ...]:
    """By what two copies of a mail are the same, whichever way each came: its Message-ID and all
    it holds. Of one without an id, or not read whole, every byte that was read."""
    head, _, body = lying.content.replace(b"\r\n", b"\n").partition(b"\n\n")
    if mail.message_id and lying.is_whole:
        return mail.message_id.encode(), hashlib.sha256(body).digest()
    return mail.message_id.encode(), hashlib.sha256(head + body).digest()


_FILE_FLAWS = {
    BadInput.EMPTY: MailFlaw.FILE_EMPTY,
    BadInput.FILE_TOO_LARGE: MailFlaw.FILE_TOO_LARGE,
    BadInput.FILE_KIND: MailFlaw.FILE_KIND,
}


def _flaw_of(unfit: NotFit) -> MailFlaw:
    """Why a file was not taken; what else is wrong with one is wrong with its name."""
    first = unfit.faults[0]
    known = _FILE_FLAWS.get(first.code) if isinstance(first, Flaw) else None
    return known or MailFlaw.FILE_NAME


def _shown(name: str) -> str:
    """The name of a file that was not taken, as it may be told."""
    plain = "".join(each for each in name if each.isprintable())
    return masked_text(plain)[: read_text_limits().file_name]
