"""Whose rights a server runs with when root starts it.

PostgreSQL refuses to run as root. Started by root it runs as an unprivileged user of the machine,
who must be able to enter its folders; a clone below /root is closed to everyone else.
"""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypedDict

from embedded.problems import SetupProblem

CANDIDATES = ("postgres", "nobody")
"""Users to run as, the better suited first."""

SYSTEM_FOLDER = Path("/var/lib/redress")
"""Where the data of a closed clone lies: open to be entered, not to be listed."""


class PopenOptions(TypedDict, total=False):
    """What `subprocess` needs to know to run a program with other rights."""

    user: int
    group: int
    extra_groups: list[int]
    umask: int


@dataclass(frozen=True, slots=True)
class Unprivileged:
    """The user a server runs as; ourselves, unless we are root."""

    uid: int
    gid: int

    @classmethod
    def for_files_of(cls, folder: Path) -> Self:
        """The owner of `folder` from an earlier start, else the best candidate there is."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if folder.exists() and folder.stat().st_uid != 0:
            return cls(folder.stat().st_uid, folder.stat().st_gid)
        for name in CANDIDATES:
            with contextlib.suppress(KeyError):
                user = pwd.getpwnam(name)
                return cls(user.pw_uid, user.pw_gid)
        raise SetupProblem(
            "PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor"
            " `nobody`: create one with `useradd --system postgres`, or start Redress as an"
            " ordinary user."
        )

    @property
    def is_ourselves(self) -> bool:
        """Whether nothing has to be switched."""
        return self.uid == os.geteuid()

    @property
    def popen_options(self) -> PopenOptions:
        """For `subprocess`: with these rights and no others."""
        if self.is_ourselves:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def own(self, path: Path) -> None:
        """Hand `path` over, for its eyes only."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if not self.is_ourselves:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder down to `folder` lets it through."""
        return self.is_ourselves or all(
            self._may_pass(parent) for parent in (folder, *folder.parents) if parent.exists()
        )

    def reachable_copy(self, installed: Path, parts: tuple[str, ...], mark: Path) -> Path:
        """`installed`, or a folder this user can reach that holds a copy of its `parts`.

        :param mark: a file of it that differs whenever the version does
        """
        if self.can_enter(installed):
            return installed
        copy = SYSTEM_FOLDER / f"programs-{_digest_of(mark)}"
        if not copy.exists():
            _make_system_folder()
            unfinished = copy.with_suffix(f".{os.getpid()}")
            for part in parts:
                shutil.copytree(installed / part, unfinished / part, symlinks=True)
            with contextlib.suppress(OSError):  # another start was faster
                unfinished.rename(copy)
            shutil.rmtree(unfinished, ignore_errors=True)
        return copy

    def _may_pass(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & 0o100)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & 0o010)
        return bool(facts.st_mode & 0o001)


def reachable_place(folder: Path, owner: Unprivileged) -> Path:
    """`folder`, or where its content lies because `owner` cannot enter the folders above it.

    Then `folder` becomes a link to that place, so that the data is found where one looks for it.
    """
    folder = folder.absolute()
    if folder.is_symlink() or owner.can_enter(folder.parent):
        return folder.resolve()
    elsewhere = SYSTEM_FOLDER / f"{folder.name}-{secrets.token_hex(6)}"
    _make_system_folder()
    elsewhere.mkdir(exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(elsewhere)
    return elsewhere


def _make_system_folder() -> None:
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o711)


def _digest_of(program: Path) -> str:
    return hashlib.sha256(program.read_bytes()).hexdigest()[:12]
