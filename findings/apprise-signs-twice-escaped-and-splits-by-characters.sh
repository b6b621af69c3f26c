#!/usr/bin/env bash
# What apprise 2.2.0 puts on the wire for two robots that count and sign in their own way.
#
# DingTalk: the signature (base64 of an HMAC) is percent-escaped once by apprise and once more by
# requests, `=` arrives as `%3D` after one unescaping. DingTalk compares it with the plain one: of 20
# signed messages none carries the signature that its rule asks for.
# WeCom: a text may have 2,048 bytes. By default apprise sends a longer one as it is; asked to split
# (`?overflow=split`) it counts characters, so that a part of Chinese text has 6,144 bytes, and what
# stands at the end of the text is in the last part alone.
#
# Fails when apprise behaves otherwise than noted here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apprise==2.2.0
"$folder/venv/bin/python" - <<'PYTHON'
import base64
import hashlib
import hmac
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import apprise
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

SECRET = "SECf0d4a7b1c2e3"
signed, parts = [], []


def signature(timestamp):
    text = f"{timestamp}\n{SECRET}".encode()
    return base64.b64encode(hmac.digest(SECRET.encode(), text, hashlib.sha256)).decode()


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        query = parse_qs(urlsplit(self.path).query)
        if self.path.startswith("/dingtalk"):
            signed.append((query["sign"][0], signature(query["timestamp"][0])))
        else:
            parts.append(body["text"]["content"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "errmsg": "ok"}')

    def log_message(self, *ignored):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_address[1]}"
NotifyDingTalk.notify_url = here + "/dingtalk?access_token={token}"
NotifyWeComBot.notify_url = here + "/wecom?key={key}"
logging.disable(logging.CRITICAL)
print("apprise", apprise.__version__)

for _ in range(20):
    apprise.Apprise.instantiate(f"dingtalk://{SECRET}@0c23ff").notify(body="C-1 is due")
right = sum(came == wanted for came, wanted in signed)
print(f"DingTalk: {right} of {len(signed)} signatures are right; one came as {signed[0][0]!r},")
print(f"          wanted was {signed[0][1]!r}")

NotifyWeComBot.request_rate_per_sec = 0
text = "客" * 2048 + "[the key]"
sizes = {}
for overflow in ("upstream", "split"):
    parts.clear()
    apprise.Apprise.instantiate(f"wecombot://693a91f6?overflow={overflow}").notify(body=text)
    sizes[overflow] = [(len(part), len(part.encode()), "[the key]" in part) for part in parts]
    print(f"WeCom, overflow={overflow}: (characters, bytes, with the key) {sizes[overflow]}")
server.shutdown()
as_noted = {"upstream": [(2057, 6153, True)], "split": [(2048, 6144, False), (9, 9, True)]}
sys.exit(right != 0 or len(signed) != 20 or sizes != as_noted)
PYTHON
