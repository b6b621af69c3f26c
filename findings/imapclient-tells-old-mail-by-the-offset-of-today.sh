#!/usr/bin/env bash
# IMAPClient 4.1.0 tells when a mail arrived without its zone, and by the offset that the machine has
# today: what arrived in the other half of the year is an hour beside the wall clock of then.
#
# A server says INTERNALDATE with an offset (pymap 0.36.7 here). Two mails arrive at noon UTC, one in
# January and one in July; somebody asks in New York, where that is 7 and 8 o'clock. By default both
# come as naive `datetime`s of the same hour: 7 when asked in winter, 8 when asked in summer. With
# `normalise_times = False` both keep their offset and are noon UTC.
#
# Expected: 7 and 8 o'clock. Fails when IMAPClient behaves otherwise than noted here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imapclient==4.1.0 pymap==0.36.7
TZ=America/New_York "$folder/venv/bin/python" - <<'PYTHON'
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import imapclient

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen(
    [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1",
     "--port", str(port), "--no-tls", "dict", "--demo-user", "desk", "--demo-password", "desk"],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)  # fmt: skip
try:
    for _ in range(300):
        try:
            client = imapclient.IMAPClient("127.0.0.1", port, ssl=False)
            break
        except OSError:
            time.sleep(0.1)
    client.login("desk", "desk")
    client.create_folder("Complaints")
    arrived = [datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)]
    for instant in arrived:
        client.append("Complaints", b"Subject: a complaint\r\n\r\nit says\r\n", msg_time=instant)
    client.select_folder("Complaints")
    print("imapclient", imapclient.__version__)
    told = {}
    for by_default in (True, False):
        client.normalise_times = by_default
        answers = client.fetch(client.search(), ["INTERNALDATE"])
        told[by_default] = [answers[each][b"INTERNALDATE"] for each in sorted(answers)]
        said = ", ".join(each.isoformat() for each in told[by_default])
        print(f"normalise_times {by_default!s:5}: {said}")
    print("by the wall clock of then:", ", ".join(each.astimezone().isoformat() for each in arrived))
    client.logout()
finally:
    server.kill()
    server.wait()
naive = [each.tzinfo is None for each in told[True]]
hours = {each.hour for each in told[True]}
is_as_noted = naive == [True, True] and len(hours) == 1 and hours <= {7, 8}
sys.exit(not (is_as_noted and told[False] == arrived))
PYTHON
