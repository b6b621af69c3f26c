"""What the program is made of, as a file (SBOM, CycloneDX):
`python -m tools.audit.components FILE`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.audit.environment import ROOT, tool

LOCK = ROOT / "requirements.lock"


def write_components(file: Path) -> dict[str, Any]:
    """Write the list, the same for the same lock; and what it says."""
    subprocess.run(
        [
            tool("cyclonedx-py"),
            "requirements",
            str(LOCK),
            *("--pyproject", str(ROOT / "pyproject.toml")),
            *("--output-reproducible", "--output-format", "JSON", "--output-file", str(file)),
        ],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # it warns that a lock says nothing of who needs whom
        check=True,
    )
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return said


def missing(said: dict[str, Any]) -> list[str]:
    """What of the lock the list does not name with its version, address and digests."""
    named = {
        each["purl"]
        for each in said["components"]
        if any(found.get("hashes") for found in each.get("externalReferences", ()))
    }
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    wanted = {f"pkg:pypi/{name.lower()}@{version}" for name, version in pins}
    return sorted(wanted - named)


if __name__ == "__main__":
    write_components(Path(sys.argv[1]))
