"""The Temporal server as `docker-compose.yml` has it, without a container: told everything by the
same variables, its state in PostgreSQL, its schema made by the script of `deploy/`."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import yaml

from embedded.compose import Compose
from embedded.ports import LOOPBACK
from embedded.problems import SetupProblem
from embedded.production_postgres import ProductionPostgres
from embedded.temporal_build import SQL_TOOL, built
from embedded.temporal_server import SERVICES, TemporalServer, shared_dynamic_settings


class ProductionTemporal(TemporalServer):
    """One Temporal server that keeps its state in PostgreSQL and asks for certificates."""

    ports_wanted = (*TemporalServer.ports_wanted, "frontend.http")

    def __init__(
        self,
        folder: Path,
        compose: Compose,
        postgres: ProductionPostgres,
        dynamic: Mapping[str, Any] | None = None,
    ) -> None:
        """:param dynamic: settings of the dynamic configuration besides those of `deploy/`"""
        super().__init__(folder, dynamic)
        self._compose = compose
        self._postgres = postgres

    def start(self, output: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Bring its schema up to date and start it; PostgreSQL must have been started."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._bring_schema_up_to_date()
        return super().start(output)

    def _bring_schema_up_to_date(self) -> None:
        """As the job `temporal-schema` does."""
        tools = self.folder / "programs"
        tools.mkdir(exist_ok=True)
        tool = tools / "temporal-sql-tool"
        tool.unlink(missing_ok=True)
        tool.symlink_to(built(SQL_TOOL))
        host, _, port = self._postgres.address.partition(":")
        with (self.folder / "schema.log").open("ab") as log:
            done = subprocess.run(
                self._compose.script("temporal-schema"),
                env={
                    **self._compose.environment("temporal-schema"),
                    "PATH": f"{tools}:{os.defpath}",
                    "SQL_HOST": host,
                    "SQL_PORT": port,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if done.returncode != 0:
            raise SetupProblem(
                "Temporal's schema could not be brought up to date; why, its tool says in"
                f" {self.folder / 'schema.log'}."
            )

    def _write_configuration(self) -> None:
        """The dynamic settings; the others the server makes of its variables."""
        more = {name: [{"value": value}] for name, value in self._dynamic.items()}
        self._dynamic_file.write_text(yaml.safe_dump({**shared_dynamic_settings(), **more}))

    @property
    def _dynamic_file(self) -> Path:
        return self.folder / "dynamic.yaml"

    def _command(self, binary: Path) -> list[str]:
        return [str(binary), "start"]

    def _environ(self) -> dict[str, str]:
        host, _, port = self._postgres.address.partition(":")
        ports = {
            f"{service}_{use}_PORT".upper(): str(self._ports[f"{service}.{use.lower()}"])
            for service in SERVICES
            for use in ("grpc", "membership")
        }
        return {
            "PATH": os.defpath,
            **self._compose.environment("temporal"),
            "DYNAMIC_CONFIG_FILE_PATH": str(self._dynamic_file),
            **ports,
            "POSTGRES_SEEDS": host,
            "DB_PORT": port,
            "BIND_ON_IP": LOOPBACK,
            "TEMPORAL_BROADCAST_ADDRESS": LOOPBACK,
            "FRONTEND_HTTP_PORT": str(self._ports["frontend.http"]),
        }
