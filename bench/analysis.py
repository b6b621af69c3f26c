"""What the analysis of a year costs: its page, what stands behind a number, the event logs.

    python -m bench.analysis 20000 [--keep FOLDER] [--serve PORT]

The cases are those of `bench.cases_in_bulk`, spread over the year before now and led to all ends by
a few statements; nine of ten are closed. `--keep` leaves the database in a folder, where the next
run takes it up. `--serve` serves the pages instead, logged in as whom `/as/PERSON` names.
"""

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask, redirect, request, session
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.wrappers import Response

from bench.cases_in_bulk import fill
from bench.pages import desk_of_no_engine, open_records
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from store.database import Sessions, close_database, migrate_as_owner
from tests.settings import PERSONAL_KEYS, some_settings
from tests.stays import a_stay
from web import create_app
from web.kit.access import open_to_everybody

TIMES = 5
WHO = "head-hr"

SPREAD = (
    """
    create temporary table way on commit drop as
    select reference, received_at - mod(n, 365) * interval '1 day' as received_at, n,
           mod(n * 7, 100) / 4.0 + 1 as days,
           n % 10 <> 0 as is_closed, n % 9 = 0 as is_late, n % 23 = 0 as is_again,
           (array['satisfied', 'satisfied', 'satisfied', 'neutral',
                  'dissatisfied'])[n % 5 + 1] as said,
           (array['attitude', 'long_wait_simple', 'business_error', 'slow_processing',
                  'not_called'])[mod(n * n, 5) + 1] as cause
    from (select reference, received_at, row_number() over (order by reference) as n from cases) c
    """,
    """
    update cases c set received_at = w.received_at,
        status = case when w.is_closed then 'closed' else 'in_progress' end,
        category = (array['work_error', 'service_attitude', 'internal_management',
                          'service_product', 'service_channel'])[mod(w.n * w.n, 5) + 1],
        state = c.state || jsonb_build_object(
            'marks', case when w.is_again then '["repeat"]'::jsonb else '[]'::jsonb end,
            'fired', case when w.is_late
                then '[{"clock": "reply", "step": "breach"}]'::jsonb else '[]'::jsonb end,
            'disposition', case when w.is_closed then jsonb_build_object('validity', 'valid',
                'responsibility', case when w.n % 3 = 0 then 'not_bank' else 'bank' end,
                'causes', jsonb_build_array(w.cause)) end,
            'verdicts', case when w.is_closed and w.n % 4 = 0 then jsonb_build_array(
                jsonb_build_object('satisfaction', w.said)) else '[]'::jsonb end)
    from way w where w.reference = c.reference
    """,
    """
    insert into journal (reference, version, key, event, by, at, facts, words, words_digest,
        previous_hash, hash)
    select j.reference, 10 + step.place, 'bench-' || step.event, step.event,
        coalesce(c.handler, j.by), w.received_at + w.days * step.part * interval '1 day',
        '{}', '{}', j.words_digest, j.hash, j.hash
    from way w join cases c on c.reference = w.reference
        join journal j on j.reference = w.reference and j.version = 1
        cross join (values (1, 'assigned', 0.05), (2, 'started', 0.2), (3, 'replied', 0.6),
            (4, 'disposed', 0.9), (5, 'closed', 1.0)) as step (place, event, part)
    where w.is_closed
    on conflict do nothing
    """,
    "vacuum analyze cases",
    "vacuum analyze journal",
)


def main() -> None:
    """Fill, ask, print."""
    asked = argparse.ArgumentParser(prog="python -m bench.analysis")
    asked.add_argument("cases", type=int)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--serve", type=int)
    chosen = asked.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="redress-analysis-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
            owner = open_records(server.owner_url)
            with owner() as records:
                there = records.scalar(text("select count(*) from cases"))
            if not there:
                fill(owner, chosen.cases)
                _spread(owner)
                migrate_as_owner(server.owner_url, server.url)
            close_database(owner)
            sessions = open_records(server.url)
            app = create_app(some_settings(), sessions=sessions, desk=desk_of_no_engine(sessions))
            if chosen.serve:
                _let_in(app, sessions)
                app.run(port=chosen.serve, threaded=True)
            else:
                _measure(app, sessions)
            close_database(sessions)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _spread(owner: Sessions) -> None:
    with owner.begin() as session:
        session.execute(text("set local statement_timeout = 0"))
        for statement in SPREAD[:3]:
            session.execute(text(statement))
    with owner() as session:
        connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        for statement in SPREAD[3:]:
            connection.execute(text(statement))


ADDRESSES = {
    "page": "/analysis",
    "behind a number": "/analysis/cases?by=unit&of=outlet-007&what=received",
    "XES": "/analysis/event-log.xes",
    "OCEL 2.0": "/analysis/event-log.ocel.json",
}


def _measure(app: Flask, sessions: Sessions) -> None:
    client = app.test_client()
    with sessions.begin() as records:
        key = a_stay(records, WHO)
    with client.session_transaction() as session:
        session["key"] = key
    for name, address in ADDRESSES.items():
        looks = [_timed(client, address) for _ in range(TIMES)]
        took, size = median(each for each, _ in looks), looks[0][1]
        print(f"{name:16} {took * 1000:8.0f} ms {size:12,} bytes", flush=True)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def _timed(client: FlaskClient, address: str) -> tuple[float, int]:
    began = time.perf_counter()
    size = len(client.get(address).data)
    return time.perf_counter() - began, size


def _let_in(app: Flask, sessions: Sessions) -> None:
    @app.get("/as/<person>")
    @open_to_everybody
    def let_in(person: str) -> Response:
        with sessions.begin() as records:
            session["key"] = a_stay(records, person)
        return redirect(request.args.get("next", "/analysis"))


if __name__ == "__main__":
    leave_after(main)
