"""`docker-compose.yml` as it is read without a container engine: what each service is told, with
the places and addresses of this machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from embedded.problems import SetupProblem

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker-compose.yml"

_VARIABLE = re.compile(r"\$\{(\w+):([?-])([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Compose:
    """The services of the compose file on this machine."""

    variables: Mapping[str, str]
    """What an operator sets in `.env`."""
    volumes: Mapping[str, Path]
    """Where each named volume lies here."""

    def environment(self, service: str, **elsewhere: str) -> dict[str, str]:
        """What a service finds in its environment.

        :param elsewhere: host and port by the name of another service, `postgres="127.0.0.1:1"`
        :raises SetupProblem: a variable is not set that has no default
        """
        told = _services()[service].get("environment", {})
        return {
            name: self._address(self._place(service, self._filled(str(value))), elsewhere)
            for name, value in told.items()
        }

    def command(self, service: str) -> list[str]:
        """Program and arguments."""
        return [self._filled(part) for part in _services()[service]["command"]]

    def script(self, service: str) -> list[str]:
        """Its entry point, with the file of `deploy/` that is mounted there."""
        return [self._place(service, part) for part in _services()[service]["entrypoint"]]

    def _filled(self, value: str) -> str:
        def fill(found: re.Match[str]) -> str:
            name, kind, rest = found.groups()
            given = self.variables.get(name, "")
            if not given and kind == "?":
                raise SetupProblem(f"{name} is not set: {rest}.")
            return given or rest

        return _VARIABLE.sub(fill, value)

    def _place(self, service: str, value: str) -> str:
        """A path of the container as a path of this machine."""
        for mount in _services()[service].get("volumes", ()):
            source, target, *_ = mount.split(":")
            if value == target or value.startswith(f"{target}/"):
                here = ROOT / source if source.startswith("./") else self.volumes[source]
                return str(here) + value.removeprefix(target)
        return value

    @staticmethod
    def _address(value: str, elsewhere: Mapping[str, str]) -> str:
        for name, address in elsewhere.items():
            value = re.sub(rf"(?<=@){name}:\d+(?=/)|^{name}:\d+$", address, value)
        return value


@cache
def _services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))[
        "services"
    ]
    return services
