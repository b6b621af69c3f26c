"""Reads a mailbox once, as a worker does, and dies where it is told to."""

import sys
from pathlib import Path

from crashpoints import arm
from relay.mailbox import MailboxWatch
from store.database import open_database
from store.files.attachments import AttachmentFolder
from tests.imap_server import ImapServer
from tests.settings import PERSONAL_KEYS

if __name__ == "__main__":
    database, port, files, point = sys.argv[1:]
    arm(point, "")
    sessions = open_database(database, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    MailboxWatch(sessions, ImapServer(int(port)).address, AttachmentFolder(Path(files))).look()
