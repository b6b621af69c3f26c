#!/usr/bin/env bash
# apprise 2.2.0 takes every answer with HTTP status 200 for delivered.
#
# Robots of group chats answer 200 to everything and say in JSON whether they took the message: the
# robot was removed, its key word is missing, it was used too often. A loopback server gives the
# refusals that the makers document; apprise's `notify()` answers True to each of them. For Slack,
# whose refusals have other statuses, it answers False.
#
# Expected: False for every refusal. Fails when apprise behaves otherwise than noted here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apprise==2.2.0
"$folder/venv/bin/python" - <<'PYTHON'
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import apprise
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.serverchan import NotifyServerChan
from apprise.plugins.slack import NotifySlack
from apprise.plugins.wecombot import NotifyWeComBot

REFUSALS = {
    "wecom": (200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
    "dingtalk": (200, {"errcode": 310000, "errmsg": "keywords not in content"}),
    "feishu": (200, {"code": 19024, "msg": "Key Words Not Found"}),
    "lark": (200, {"code": 11232, "msg": "frequency limited"}),
    "schan": (200, {"code": 40001, "message": "bad pushtoken"}),
    "slack": (404, "no_service"),
}


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, said = REFUSALS[self.path.split("/")[1].split("?")[0]]
        self.send_response(status)
        self.end_headers()
        self.wfile.write((said if isinstance(said, str) else json.dumps(said)).encode())

    def log_message(self, *ignored):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_address[1]}"
NotifyWeComBot.notify_url = here + "/wecom?key={key}"
NotifyDingTalk.notify_url = here + "/dingtalk?access_token={token}"
NotifyFeishu.notify_url = here + "/feishu/{token}"
NotifyLark.notify_url = here + "/lark/"
NotifyServerChan.notify_url = here + "/schan/{token}"
NotifySlack.webhook_url = here + "/slack"
URLS = {
    "wecom": "wecombot://693a91f6",
    "dingtalk": "dingtalk://0c23ff",
    "feishu": "feishu://e1f2",
    "lark": "lark://e1f2",
    "schan": "schan://SCT17",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#room",
}
logging.disable(logging.CRITICAL)
print("apprise", apprise.__version__)
seen = {}
for name, url in URLS.items():
    seen[name] = apprise.Apprise.instantiate(url).notify(title="due soon", body="C-1 is due")
    print(f"{name:9} answers {REFUSALS[name]}; notify() says {seen[name]}")
server.shutdown()
sys.exit(seen != {name: name != "slack" for name in URLS})
PYTHON
