"""Columns only: what PostgreSQL keeps. Everything personal lies here and nowhere else."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from store.personal import Sealed


class SealedText(TypeDecorator[Sealed]):
    """A text that is encrypted before it comes here; a plain one is not taken."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("only what is encrypted is kept in this column")
        return value.token

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)


class Base(DeclarativeBase):
    """Named constraints by convention, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text(),
        Sealed: SealedText(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
        list[Any]: JSONB(),
    }


def one_of(column: str, codes: Iterable[StrEnum]) -> CheckConstraint:
    """That a column holds one of these codes and nothing else."""
    known = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} in ({known})", name=column)


def table_of(row: type[Base]) -> Table:
    """The table itself, for statements about many rows: what a mapper adds costs more than they do.
    Written where the statement is, so that whoever looks for what changes a table finds it."""
    return cast(Table, row.__table__)
