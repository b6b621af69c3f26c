"""Who a customer is, encrypted, and found by keyed hashes; also the postal address and the account.

What stood in the tables in the clear is encrypted here, so the keys must be set.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from domain.customers import FOUND_BY
from store.customers import SEALED, hash_column, opened_row, sealed_row
from store.personal import PersonalRing, Sealed

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

HASHES = tuple(hash_column(field) for field in FOUND_BY)
ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    for name in ("address", "account"):
        op.add_column("complaints", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in HASHES:
        comment = "store.personal: to be found by" if name == HASHES[0] else None
        op.add_column("complaints", sa.Column(name, sa.Text(), nullable=True, comment=comment))
        index = f"ix_complaints_{name.removesuffix('_hash')}"
        op.create_index(index, "complaints", [name])
    ring: PersonalRing = context.config.attributes.get("personal_ring", PersonalRing())
    _rewrite(
        {
            name: sealed.token if isinstance(sealed, Sealed) else sealed
            for name, sealed in sealed_row(ring, row).items()
        }
        for row in _rows()
    )


def downgrade() -> None:
    ring: PersonalRing = context.config.attributes.get("personal_ring", PersonalRing())
    _rewrite(
        opened_row(
            ring,
            {
                **row,
                **{name: None if row[name] is None else Sealed(row[name]) for name in SEALED},
            },
        )
        for row in _rows()
    )
    for name in HASHES:
        op.drop_index(f"ix_complaints_{name.removesuffix('_hash')}", "complaints")
        op.drop_column("complaints", name)
    for name in ("address", "account"):
        op.drop_column("complaints", name)


def _rows() -> Iterator[dict[str, Any]]:
    """Every complaint's reference, and what is encrypted of it."""
    columns = ", ".join(("reference", *SEALED, *HASHES))
    after = ""
    while (
        rows := op.get_bind()
        .execute(
            sa.text(
                f"select {columns} from complaints where reference > :after"  # noqa: S608 - names of ours
                f" order by reference limit {ROWS_AT_ONCE}"
            ),
            {"after": after},
        )
        .all()
    ):
        yield from (dict(row._mapping) for row in rows)
        after = rows[-1].reference


def _rewrite(rows: Iterator[dict[str, Any]]) -> None:
    names = ("reference", *SEALED, *HASHES)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        op.get_bind().execute(
            sa.text(
                f"update complaints set {', '.join(f'{name} = new.{name}' for name in names[1:])}"  # noqa: S608
                f" from unnest({', '.join(f'cast(:{name} as text[])' for name in names)})"
                f" as new({', '.join(names)}) where complaints.reference = new.reference"
            ),
            {name: [row[name] for row in some] for name in names},
        )
