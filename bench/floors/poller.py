"""A plain table and a loop that asks it every second what is due: the least any design can cost.
It keeps no history, remembers no wait of a person, and nothing mends it. Run by `bench.arms.burst`.
"""

import json
import sys
import time
from dataclasses import dataclass

from psycopg2.extras import execute_values
from psycopg2.pool import ThreadedConnectionPool

EVERY = 1.0
AT_ONCE = 500

DUE = """
with due as (
    select number from waiting where due_at <= clock_timestamp() order by due_at limit %s
    for update skip locked
), gone as (delete from waiting using due where waiting.number = due.number)
insert into escalated (number) select number from due on conflict do nothing
"""


@dataclass(frozen=True)
class Told:
    """What the program is asked for."""

    database_url: str
    cases: int
    due_at: str


def main() -> None:
    """Store every case, say when all of them wait, and ask until ended."""
    told = Told(**json.loads(sys.argv[1]))
    connections = ThreadedConnectionPool(1, 1, told.database_url)
    connection = connections.getconn()
    print(json.dumps("ready"), flush=True)
    with connection, connection.cursor() as cursor:
        rows = [(number, told.due_at) for number in range(told.cases)]
        execute_values(cursor, "insert into waiting (number, due_at) values %s", rows)
    print(json.dumps("waiting"), flush=True)
    while True:
        with connection, connection.cursor() as cursor:
            cursor.execute(DUE, (AT_ONCE,))
            took = cursor.rowcount
        if took < AT_ONCE:
            time.sleep(EVERY)


if __name__ == "__main__":
    main()
