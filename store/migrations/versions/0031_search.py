"""Complaints are found by what they say: an index of every two Chinese characters and every three
letters or digits that stand side by side, without a word that is not in the row itself.

PostgreSQL keeps it with each row, so what is erased is found no more. Building it takes about a
minute for a hundred thousand complaints of some two hundred characters.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Functions of an index are called with no search path: each names what it calls when it is
    # made. PostgreSQL's own lower case is the same on every machine; another locale's is not.
    op.execute(
        """
        create function plain_text(said text) returns text
        language sql immutable strict parallel safe
        return lower(said collate pg_catalog.pg_c_utf8)
        """
    )
    op.execute(
        """
        create function complaint_says(reference text, subject text, narrative text, demand text)
        returns text language sql immutable strict parallel safe
        return plain_text(
            reference || chr(10) || subject || chr(10) || narrative || chr(10) || demand
        )
        """
    )
    op.execute(
        r"""
        create function grams_of(plain text) returns tsvector
        language sql immutable strict parallel safe cost 5000
        begin atomic
            select array_to_tsvector(coalesce(array_agg(distinct gram), '{}'))
            from (
                select letter || coalesce(lead(letter) over following, '')
                    || case when letter < U&'\0080' collate "C"
                        then coalesce(lead(letter, 2) over following, '') else '' end as gram
                from regexp_matches(plain, '[a-z0-9]+|[^\x01-\x7f]+', 'g')
                    with ordinality as found (run, place),
                    string_to_table(run[1], null) with ordinality as letters (letter, number)
                window following as (partition by place order by number)
            ) grams;
        end
        """
    )
    op.execute(
        r"""
        create function grams_to_find(plain text) returns tsquery
        language sql immutable strict parallel safe
        begin atomic
            select string_agg(distinct '''' || substr(run[1], at, width) || ''''
                || case when length(run[1]) < width then ':*' else '' end, ' & ')::tsquery
            from regexp_matches(plain, '[a-z0-9]+|[^\x01-\x7f]+', 'g') as found (run),
                lateral (
                    select case when run[1] < U&'\0080' collate "C" then 3 else 2 end
                ) as wide (width),
                generate_series(1, greatest(1, length(run[1]) - width + 1)) as at;
        end
        """
    )
    complaints = op.get_bind().scalar(sa.text("select count(*) from complaints"))
    if complaints > MANY:
        print(f"Indexing {complaints} complaints for the search; about {complaints // A_SECOND} s.")
    op.execute(
        "create index ix_complaints_grams on complaints using gin"
        " (grams_of(complaint_says(reference, subject, narrative, demand)))"
    )
    op.create_index("ix_cases_received", "cases", [sa.text("received_at desc"), "reference"])


def downgrade() -> None:
    op.drop_index("ix_cases_received", "cases")
    op.drop_index("ix_complaints_grams", "complaints")
    for function in (
        "grams_to_find(text)",
        "grams_of(text)",
        "complaint_says(text, text, text, text)",
        "plain_text(text)",
    ):
        op.execute(f"drop function {function}")


MANY = 20_000
A_SECOND = 3_000
