"""A process that used Temporal ends with the status it meant, every time."""

import subprocess
import sys

import pytest

USES_TEMPORAL_AND_LEAVES = """
import asyncio, sys
from temporalio.client import Client
from embedded.process_exit import leave_after

async def use(address, namespace):
    client = await Client.connect(address, namespace=namespace)
    found = await client.count_workflows()
    print("counted", found.count >= 0)

def main():
    asyncio.run(use(*sys.argv[1:3]))
    sys.exit(int(sys.argv[3]))

leave_after(main)
"""


def test_the_exit_status_is_right_twenty_times_of_twenty(
    temporal_address: str, temporal_namespace: str
) -> None:
    program = [sys.executable, "-c", USES_TEMPORAL_AND_LEAVES, temporal_address, temporal_namespace]
    statuses = [0, 3] * 10
    ends = [
        subprocess.run([*program, str(status)], capture_output=True, text=True)
        for status in statuses
    ]
    assert [end.returncode for end in ends] == statuses
    assert {end.stdout for end in ends} == {"counted True\n"}  # nothing buffered was lost


@pytest.mark.parametrize(
    ("ending", "status", "said"),
    [
        ("pass", 0, ""),
        ("sys.exit('no such file')", 1, "no such file\n"),
        ("raise KeyboardInterrupt", 130, ""),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
    ],
)
def test_it_ends_as_python_itself_would(ending: str, status: int, said: str) -> None:
    program = f"""
import sys
from embedded.process_exit import leave_after
def main():
    {ending}
leave_after(main)
"""
    end = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert end.returncode == status
    assert end.stderr.endswith(said)
