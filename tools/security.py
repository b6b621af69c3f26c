"""`make security`: what guards the installation, one line a stage, "checked n, failed k".

A stage that checked nothing has failed. Most stages are tests that `make test` runs too, gathered
by what they guard; the last three are of this command alone: `--besides-tests` runs only these.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.audit.components import missing, write_components
from tools.audit.dependencies import NotAudited, audit
from tools.audit.environment import ROOT, NoTools

TESTS: Mapping[str, tuple[str, ...]] = {
    "matrix of access": (
        "tests/access/test_matrix.py",
        "tests/access/test_approvals.py",
        "tests/access/test_administrators.py",
    ),
    "absent and not yours": ("tests/access/test_one_answer.py",),
    "table of rights": ("tests/architecture/test_rights.py", "tests/domain/test_permissions.py"),
    "headers and cookies": ("tests/web/test_behind_proxies.py",),
    "tokens of forms": ("tests/web/test_every_form.py",),
    "doors of views": (
        "tests/web/test_guards.py::test_every_view_says_who_it_is_for",
        "tests/web/test_guards.py::test_exactly_what_a_token_opens_needs_no_token_of_a_form",
        "tests/web/test_guards.py::test_a_token_opens_nothing_that_is_for_people_and_a_session"
        "_nothing_that_is_for_systems",
    ),
    "redirects and log-in": ("tests/web/admin/test_log_in.py",),
    "input at the edges": ("tests/web/test_edges.py",),
    "files from outside": (
        "tests/domain/test_file_names.py",
        "tests/store/files/test_attachments.py",
        "tests/web/casework/test_attachments.py",
    ),
    "injection": ("tests/architecture/test_injection.py",),
    "personal words": ("tests/engine/test_personal_data.py", "tests/web/test_secrecy.py"),
    "payloads and intruders": ("tests/engine/test_payloads.py", "tests/engine/test_intrusions.py"),
    "seals of journals": ("tests/store/evidence",),
    "erasure": ("tests/store/erasure", "tests/cli/test_erase.py"),
    "roles of the database": ("tests/store/test_database_roles.py",),
    "TLS": ("tests/store/test_database_tls.py", "tests/engine/test_mutual_tls.py"),
    "settings and secrets": (
        "tests/test_settings.py",
        "tests/test_programs.py",
        "tests/deployment/test_secrets_stay_out.py",
        "tests/embedded/test_embedded_postgres.py::test_nobody_else_reads_its_folder",
    ),
    "compose file and image": ("tests/deployment/test_compose.py",),
}
"""The tests of each stage, by files or single names."""

CHECKED = "checked"
"""The property by which a test says that it looked at more than one thing."""

LAST_WORDS = 8_000
"""Characters of pytest's own words that are shown when something does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one stage came to."""

    name: str
    checked: int
    failed: int
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.checked > 0 and self.failed == 0

    def __str__(self) -> str:
        note = f"  ({self.note})" if self.note else ""
        return f"{self.name:<24} checked {self.checked}, failed {self.failed}{note}"


def tested() -> Iterator[Stage]:
    """The stages that are tests, all in one run on the same engines."""
    wanted = sorted({each for tests in TESTS.values() for each in tests})
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = (sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider")
        ran = subprocess.run(
            # This form of a report carries how much a test says that it has looked at.
            [*command, "-o", "junit_family=xunit1", f"--junitxml={report.name}", *wanted],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        report.seek(0)
        content = report.read()
    if not content:
        print(ran.stderr[-LAST_WORDS:], file=sys.stderr)
        content = b"<testsuites/>"
    cases = list(ElementTree.fromstring(content).iter("testcase"))  # noqa: S314 - our own report
    stages = list(gathered(cases))
    if not all(stage.holds for stage in stages):
        print(ran.stdout[-LAST_WORDS:], file=sys.stderr)
    yield from stages


def gathered(cases: list[ElementTree.Element]) -> Iterator[Stage]:
    """What a report of pytest says of each stage."""
    checked, failed = Counter[str](), Counter[str]()
    for case in cases:
        for stage, tests in TESTS.items():
            if any(_is_of(case, test) for test in tests):
                checked[stage] += _looked_at(case)
                failed[stage] += any(case.find(wrong) is not None for wrong in ("failure", "error"))
    for stage in TESTS:
        yield Stage(name=stage, checked=checked[stage], failed=failed[stage])


def _is_of(case: ElementTree.Element, test: str) -> bool:
    file, _, name = test.partition("::")
    module = file.removesuffix(".py").replace("/", ".")
    where, called = case.get("classname", ""), case.get("name", "").partition("[")[0]
    return (where == module or where.startswith(f"{module}.")) and name in ("", called)


def _looked_at(case: ElementTree.Element) -> int:
    if case.find("skipped") is not None:
        return 0
    for told in case.iter("property"):
        if told.get("name") == CHECKED:
            return int(told.get("value", "0"))
    return 1


def static_analysis() -> Stage:
    """The rules of flake8-bandit, as ruff has them, with a canary that they must find."""
    ruff = str(Path(sys.executable).with_name("ruff"))
    canary = "import subprocess\nsubprocess.call(input(), shell=True)\n"
    sees = _said([ruff, "check", "--isolated", "--select", "S", "-"], canary)
    if "S602" not in sees:
        return Stage(name="static analysis", checked=0, failed=1, note="blind to its canary")
    files = _said([ruff, "check", "--show-files"]).splitlines()
    found = json.loads(_said([ruff, "check", "--output-format", "json", "."]) or "[]")
    wrong = [each for each in found if str(each["code"]).startswith("S")]
    return Stage(name="static analysis", checked=len(files), failed=len(wrong))


def _said(command: list[str], to: str = "") -> str:
    return subprocess.run(command, input=to, capture_output=True, text=True, cwd=ROOT).stdout


def dependencies() -> Stage:
    """What is known against the packages of the lock, with a canary that must be found."""
    try:
        done = audit()
    except (NotAudited, NoTools) as problem:
        return Stage(name="dependency audit", checked=0, failed=1, note=str(problem))
    for each in done.found:
        print(each, file=sys.stderr)
    note = f"canary found; {done.by}"
    return Stage(name="dependency audit", checked=done.checked, failed=len(done.found), note=note)


def components() -> Stage:
    """The list of components, each with its version, address and digests."""
    file = ROOT / "var" / "sbom.json"
    file.parent.mkdir(exist_ok=True)
    try:
        said = write_components(file)
    except (NoTools, subprocess.CalledProcessError) as problem:
        return Stage(name="components (SBOM)", checked=0, failed=1, note=str(problem))
    lost, note = missing(said), f"CycloneDX {said['specVersion']} in var/sbom.json"
    count = len(said["components"])
    return Stage(name="components (SBOM)", checked=count, failed=len(lost), note=note)


OTHERS: tuple[Callable[[], Stage], ...] = (static_analysis, dependencies, components)


def main(arguments: list[str]) -> int:
    """Say each stage in a line; the exit status says whether all of them hold."""
    stages = [] if "--besides-tests" in arguments else list(tested())
    for stage in stages:
        print(stage, flush=True)
    for run in OTHERS:
        stages.append(run())
        print(stages[-1], flush=True)
    failed = [stage.name for stage in stages if not stage.holds]
    checked = sum(stage.checked for stage in stages)
    told = f"these do not hold: {', '.join(failed)}" if failed else "all hold"
    print(f"{len(stages)} stages, {checked} checks: {told}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
