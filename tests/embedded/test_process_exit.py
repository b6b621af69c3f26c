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


@pytest.mark.parametrize("status", [0, 3])
def test_the_exit_status_is_right_twenty_times_of_twenty(
    temporal_address: str, temporal_namespace: str, status: int
) -> None:
    # fmt: off
    command = [sys.executable, "-c", USES_TEMPORAL_AND_LEAVES,
               temporal_address, temporal_namespace, str(status)]
    # fmt: on
    ends = [subprocess.run(command, capture_output=True, text=True) for _ in range(20)]
    assert [end.returncode for end in ends] == [status] * 20
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
