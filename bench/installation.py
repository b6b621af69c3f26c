"""Engines, a bank and a worker for one measurement, in a folder that goes with it."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.first_secrets import ensure_secrets
from cli.prepare import bring_up_to_date
from cli.trial import seed
from config import Settings
from engines.postgres import EmbeddedPostgres
from engines.temporal_namespace import prepare_namespace
from engines.temporal_server import TemporalServer
from workflows.names import SEARCH_ATTRIBUTES


@contextlib.contextmanager
def trial_installation() -> Iterator[Settings]:
    """PostgreSQL, Temporal, the trial bank and `worker.py` in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody with fewer rights
        with (
            EmbeddedPostgres(folder / "postgres") as postgres,
            TemporalServer(folder / "temporal") as temporal,
        ):
            environ = {
                **ensure_secrets(folder),
                "DATABASE_URL": postgres.url,
                "TEMPORAL_ADDRESS": temporal.address,
                "REDRESS_VAR_DIR": str(folder),
                "REDRESS_TRIAL": "yes",
            }
            settings = Settings.from_env(environ)
            bring_up_to_date(settings.database_url)
            asyncio.run(
                prepare_namespace(
                    settings.temporal_address, settings.temporal_namespace, SEARCH_ATTRIBUTES
                )
            )
            seed(settings)
            with _worker({**os.environ, **environ}):
                yield settings


@contextlib.contextmanager
def _worker(environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        (sys.executable, "-m", "worker"),
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
