"""The production topology, as far as it can be checked without a container engine."""

import base64
import os
import re
import secrets
import shlex
import subprocess
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from cryptography import x509

from cli.main import VERBS, main
from config import DATABASE_TLS, TEMPORAL_TLS, Settings
from embedded.certificates import Certificates, ensure_certificates
from embedded.compose import Compose
from embedded.temporal_build import server_version, temporal_server_binary
from embedded.temporal_server import TemporalServer
from store.database import LOGS_NO_WORDS, POOL_SIZE
from web import serving
from worker import NOTICE_THREADS, THREADS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
DYNAMIC = ROOT / "deploy" / "temporal-dynamic.yaml"
JOBS = {"certificates", "temporal-schema", "migrate"}
"""These end when they are done; all others stay and are watched."""

SECRET = re.compile(r"PASSWORD|PWD|SECRET|KEYS")


def test_the_topology_is_whole() -> None:
    assert SERVICES.keys() == JOBS | {"postgres", "temporal", "temporal-ui", "worker", "web"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_stays_is_watched_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    if name in JOBS:
        assert service["restart"].startswith("on-failure")
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_each_waits_for_what_it_needs_in_the_right_state(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed in JOBS else "service_healthy"
        assert how["condition"] == expected


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_has_a_default(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable) or "://" in str(value):
            assert re.fullmatch(r"[^$]*\$\{\w+:\?[^}]+\}[^$]*", value), variable


def test_every_other_variable_is_named_with_a_default_or_a_refusal() -> None:
    assert re.findall(r"\$\{\w+\}", TEXT) == []


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    assert re.fullmatch(r".+:\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?", SERVICES[name]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_can_become_more_than_it_is_or_fill_the_machine(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] <= 512
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert not service.get("privileged")
    assert "/tmp" in service["tmpfs"]
    # What starts the pages of Temporal writes beside its program; nobody else does.
    assert service["read_only"] is (name != "temporal-ui")


def test_who_has_a_way_out_needs_it() -> None:
    networks = yaml.safe_load(TEXT)["networks"]
    assert networks["inside"] == {"internal": True}
    assert networks["doors"]["driver_opts"] == {
        "com.docker.network.bridge.enable_ip_masquerade": "false"
    }
    assert [name for name, each in SERVICES.items() if "outside" in each["networks"]] == ["worker"]


def test_the_web_believes_the_proxy_of_this_machine_and_nobody_else() -> None:
    """It asks from the first address of the network of doors."""
    (subnet,) = yaml.safe_load(TEXT)["networks"]["doors"]["ipam"]["config"]
    network = ip_network(by_default(subnet["subnet"]))
    believed = by_default(SERVICES["web"]["environment"]["REDRESS_TRUSTED_PROXIES"])
    assert believed == str(next(network.hosts()))
    assert "REDRESS_TRUSTED_PROXIES" not in SERVICES["worker"]["environment"]


def by_default(value: str) -> str:
    (found,) = re.findall(r":-([^}]+)\}", value)
    return str(found)


def test_only_the_job_that_migrates_knows_the_owner_of_the_tables() -> None:
    told = [name for name, each in SERVICES.items() if "OWNER" in str(each.get("environment"))]
    assert told == ["postgres", "migrate"]
    url = SERVICES["migrate"]["environment"]["REDRESS_OWNER_DATABASE_URL"]
    assert "//redress_owner:" in url
    roles = (ROOT / "deploy/postgres-roles.sh").read_text()
    assert "CREATE DATABASE redress OWNER redress_owner;" in roles
    assert "SUPERUSER" not in roles


def test_whoever_speaks_to_postgresql_asks_for_its_certificate() -> None:
    assert {"-cssl=on"} < set(SERVICES["postgres"]["command"])
    ours = SERVICES["worker"]["environment"]
    assert ours[DATABASE_TLS[0]] == ours[TEMPORAL_TLS[0]]
    assert "@postgres:" in ours["DATABASE_URL"]
    server, schema = (SERVICES[name]["environment"] for name in ("temporal", "temporal-schema"))
    assert (server["SQL_TLS_ENABLED"], server["SQL_HOST_VERIFICATION"]) == ("true", "true")
    assert server["SQL_HOST_NAME"] == schema["SQL_TLS_SERVER_NAME"] == "postgres"
    assert schema["SQL_TLS"] == "true"


def test_postgresql_starts_with_a_key_that_nobody_else_reads(tmp_path: Path) -> None:
    """As the script does it, with a program in the place of the image's own start."""
    made = ("authority.pem", "certificate.pem", "key.pem")
    script = (ROOT / "deploy/postgres-start.sh").read_text().replace(" /tls/", f" {tmp_path}/tls/")
    (tmp_path / "tls").mkdir()
    for name in made:
        (tmp_path / "tls" / name).write_text(name)
    start = tmp_path / "docker-entrypoint.sh"
    start.write_text('#!/bin/sh\necho "$@"\n')
    start.chmod(0o755)
    (tmp_path / "own").mkdir()
    said = subprocess.run(
        ["sh", "-c", script, "start", *SERVICES["postgres"]["command"]],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "TLS_PLACE": str(tmp_path / "own")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["postgres", *SERVICES["postgres"]["command"]]
    assert (tmp_path / "own/key.pem").stat().st_mode & 0o077 == 0
    told = dict(each[2:].split("=", 1) for each in SERVICES["postgres"]["command"])
    assert told["ssl_key_file"] == "/run/tls/key.pem"
    assert "/run/tls" in SERVICES["postgres"]["tmpfs"]


def test_texts_are_ordered_as_embedded_whatever_the_image_brings() -> None:
    asked = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--locale-provider=builtin --locale=C.UTF-8" in asked
    embedded = (ROOT / "embedded/postgres.py").read_text()
    assert '"--locale-provider", "builtin", "--locale", "C.UTF-8"' in embedded


def test_temporal_is_the_version_the_tests_ran_on() -> None:
    for name in ("temporal", "temporal-schema"):
        assert SERVICES[name]["image"].partition("@")[0].endswith(f":{server_version()}")


def test_only_the_web_and_the_ui_have_doors_and_only_on_the_loopback() -> None:
    doors = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert doors.keys() == {"web", "temporal-ui"}
    assert all(door.startswith("127.0.0.1:") for ports in doors.values() for door in ports)


def test_every_redress_command_exists() -> None:
    commands = set()
    for service in SERVICES.values():
        for said in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
            commands |= set(re.findall(r"\bredress (\w+)", " ".join(said)))
    commands.add(SERVICES["certificates"]["command"][1])
    assert commands == {"migrate", "namespace", "listening", "certificates"}
    assert commands <= VERBS.keys()


def test_temporal_answers_only_whom_its_certificates_know(tmp_path: Path) -> None:
    told = Compose({"REDRESS_INNER_ADDRESS": "10.20.0.5"}, {}).command("certificates")
    program, verb, _, *options = told
    assert (program, verb) == ("redress", "certificates")
    made = CliRunner().invoke(main, [verb, str(tmp_path), *options])
    assert made.exit_code == 0, made.output
    server = SERVICES["temporal"]["environment"]
    assert server["TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"] == "true"
    certificate = x509.load_pem_x509_certificate((tmp_path / "server/certificate.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {
        server["TEMPORAL_TLS_FRONTEND_SERVER_NAME"],
        server["SQL_HOST_NAME"],
    }
    assert "10.20.0.5" in map(str, names.get_values_for_type(x509.IPAddress))
    for service, folder in (
        ("temporal", "server"),
        ("worker", "client"),
        ("temporal-ui", "client"),
    ):
        (mount,) = (
            each for each in SERVICES[service]["volumes"] if each.startswith(f"{folder}-tls")
        )
        _, at, mode = mount.split(":")
        assert mode == "ro"
        files = [v for v in SERVICES[service]["environment"].values() if str(v).startswith(at)]
        assert len(files) >= 3
        for file in files:
            assert (tmp_path / folder / Path(file).relative_to(at)).is_file()


def test_compose_names_every_setting_redress_asks_for(tmp_path: Path) -> None:
    client = Certificates(tmp_path / "client")
    ensure_certificates(Certificates(tmp_path / "server"), client, ["temporal"])
    shown = (client.authority, client.certificate, client.key)
    given = dict.fromkeys(SERVICES["worker"]["environment"], "x" * 3)
    good = {name: secrets.token_urlsafe(48) for name in given if name.endswith("_KEY")}
    ring, personal = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    url = SERVICES["worker"]["environment"]["DATABASE_URL"]
    fitting = {
        "DATABASE_URL": re.sub(r"\$\{.*\}", secrets.token_urlsafe(48), url),
        "REDRESS_BASE_URL": "https://complaints.bank.example",
        "REDRESS_LANGUAGE": "zh",
        "REDRESS_MAIL_FROM": "complaints@bank.example",
        "REDRESS_MAILBOX_URL": "imaps://complaints:word@imap.bank.example",
        **dict(zip(TEMPORAL_TLS, map(str, shown), strict=True)),
        DATABASE_TLS[0]: str(client.authority),
        "REDRESS_PAYLOAD_KEYS": f"a:{ring}",
        "REDRESS_PERSONAL_KEYS": f"a:{personal}",
    }
    Settings.from_env({**given, **good, **fitting})


def test_postgresql_has_a_connection_for_everybody_in_a_rush() -> None:
    (allowed,) = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["postgres"]["command"]))
    temporal = SERVICES["temporal"]["environment"]
    stores = int(temporal["SQL_MAX_CONNS"]) + int(temporal["SQL_VIS_MAX_CONNS"])
    worker = 2 * (THREADS + NOTICE_THREADS) + 1  # its bell
    web = serving.workers * 2 * POOL_SIZE
    command = 2 * POOL_SIZE
    reserved = 3  # PostgreSQL's own, for whoever looks after it
    assert int(allowed) >= 2 * worker + 2 * web + 4 * stores + command + reserved


def test_postgresql_is_told_to_keep_words_out_of_its_log() -> None:
    told = dict(each.removeprefix("-c").split("=", 1) for each in SERVICES["postgres"]["command"])
    by_itself = {"log_statement", "log_min_duration_statement", "log_min_duration_sample"}
    for setting in LOGS_NO_WORDS.keys() - by_itself - {"log_transaction_sample_rate"}:
        assert told[setting] in LOGS_NO_WORDS[setting]


def several(name: str) -> dict[str, dict[str, Any]]:
    """The services of a file that goes beside this one when there are several machines."""
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "deploy" / name).read_text())[
        "services"
    ]
    return services


@pytest.mark.parametrize("name", ["first-of-several.yml", "another-machine.yml"])
def test_what_goes_beside_it_on_several_machines_has_no_defaults_and_names_the_same(
    name: str,
) -> None:
    text = (ROOT / "deploy" / name).read_text()
    assert re.findall(r"\$\{\w+(?!\w|:\?)", text) == []
    for service, told in several(name).items():
        assert told.get("environment", {}).keys() <= SERVICES[service]["environment"].keys()
        here = {mount.split(":")[1] for mount in SERVICES[service]["volumes"]}
        assert {mount.split("}", 1)[1].split(":")[1] for mount in told.get("volumes", [])} <= here


def test_another_machine_is_told_the_same_but_for_the_two_addresses() -> None:
    worker = several("another-machine.yml")["worker"]
    told = SERVICES["worker"]["environment"]
    for variable, host in (("DATABASE_URL", "@postgres:"), ("TEMPORAL_ADDRESS", "temporal:")):
        plain = re.sub(r"\$\{(\w+):[^}]*\}", r"<\1>", worker["environment"][variable])
        assert plain == re.sub(r"\$\{(\w+):[^}]*\}", r"<\1>", told[variable]).replace(
            host, host.replace(host.strip("@:"), "<REDRESS_INNER_ADDRESS>")
        )
    assert worker["environment"].keys() == {"DATABASE_URL", "TEMPORAL_ADDRESS"}
    certified = SERVICES["certificates"]["command"]
    assert "--name=${REDRESS_INNER_ADDRESS:-localhost}" in certified


def test_every_mounted_file_exists() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            if mount.startswith("./"):
                assert (ROOT / mount.split(":")[0]).is_file()


@pytest.mark.parametrize(
    "script", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda path: path.name
)
def test_the_scripts_can_be_read_by_a_shell(script: Path) -> None:
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_temporal_knows_every_dynamic_setting() -> None:
    validated = subprocess.run(
        [
            temporal_server_binary(),
            "validate-dynamic-config",
            ROOT / "deploy/temporal-dynamic.yaml",
        ],
        capture_output=True,
        text=True,
    )
    assert validated.returncode == 0
    assert "error" not in validated.stdout
    assert "warning" not in validated.stdout


def test_time_cannot_be_skipped_in_production() -> None:
    assert "frontend.WorkflowTimeSkippingEnabled" not in yaml.safe_load(DYNAMIC.read_text())


def test_production_and_the_tests_run_on_the_same_dynamic_settings(
    temporal: TemporalServer,
) -> None:
    """But for time, which the tests skip, and pauses, which they try."""
    embedded = yaml.safe_load((temporal.folder / "dynamic.yaml").read_text())
    production = yaml.safe_load(DYNAMIC.read_text())
    assert embedded.keys() - production.keys() == {
        "frontend.WorkflowTimeSkippingEnabled",
        "frontend.WorkflowPauseEnabled",
    }
    assert {name: embedded[name] for name in production} == production
    assert len(production) == 5


def test_the_image_installs_exactly_the_lock() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    installs = [shlex.split(line) for line in steps.splitlines() if line.startswith("RUN pip")]
    assert [("--require-hashes" in step, "--no-deps" in step) for step in installs] == [
        (True, False),
        (False, True),
    ]
    assert re.search(r"^USER (\d+):\1$", steps, re.MULTILINE)
    (uid,) = re.findall(r"useradd --uid (\d+)", steps)
    assert f"USER {uid}:{uid}" in steps
    assert f"{uid}" in (ROOT / "docs/operations.md").read_text(), "and it is named to operators"
