# mypy: disable-error-code="import-not-found, untyped-decorator"
"""Whole lives of cases on DBOS, in a virtual environment of their own. Run by `bench.arms.life`.

A case's customer is written to, it waits for an act for at most a month, the act closes it in a row
of the application's own, and the customer is written to again.
"""

import asyncio
import json
import smtplib
import sys
from email.message import EmailMessage
from typing import Any

import psycopg
from dbos import DBOS, SetWorkflowID

AT_ONCE = 50
MONTH = 30 * 86_400.0

told: dict[str, Any] = json.loads(sys.argv[1])
waiting = set[int]()
closing = psycopg.connect(told["database_url"], autocommit=True)


@DBOS.step()
async def write_to_customer(number: int, subject: str) -> None:
    """One mail, taken by the server."""
    await asyncio.to_thread(_send, number, subject)


@DBOS.step()
async def close(number: int) -> None:
    """The act, in the application's own table."""
    await asyncio.to_thread(
        closing.execute,
        "insert into closed (number) values (%s) on conflict do nothing",
        (number,),
    )


@DBOS.workflow()
async def live(number: int) -> None:
    """One case from receipt to its end."""
    await write_to_customer(number, "received")
    waiting.add(number)
    if await DBOS.recv_async("act", timeout_seconds=MONTH) is not None:
        await close(number)
        await write_to_customer(number, "closed")


def _send(number: int, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "bank@example.org", "customer@example.cn"
    mail["Subject"] = f"{subject} {number}"
    mail.set_content("Thank you.")
    with smtplib.SMTP("127.0.0.1", told["mail_port"]) as server:
        server.send_message(mail)


async def work() -> None:
    """Begin all lives, say when they wait, and end them when told so."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def begin(number: int) -> Any:
        async with gate:
            with SetWorkflowID(f"case-{number}"):
                return await DBOS.start_workflow_async(live, number)

    async def act(number: int) -> None:
        async with gate:
            await DBOS.send_async(f"case-{number}", "close", topic="act")

    numbers = range(told["cases"])
    _say("ready")
    lives = await asyncio.gather(*(begin(number) for number in numbers))
    while len(waiting) < len(numbers):
        await asyncio.sleep(0.05)
    _say("waiting")
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.gather(*(act(number) for number in numbers))
    await asyncio.gather(*(each.get_result() for each in lives))
    _say("closed")
    await asyncio.Event().wait()


def _say(word: str) -> None:
    print(json.dumps(word), flush=True)


if __name__ == "__main__":
    DBOS(config={"name": "lives", "system_database_url": told["database_url"],
                 "console_log_level": "ERROR"})  # fmt: skip
    DBOS.launch()
    asyncio.run(work())
