"""By whose rules texts are ordered, and whether their indexes were built under them.

An index over texts is right only as long as the library that compares them stays the same. A
restore of the files on another machine, or an image with a newer library, changes it silently, and
then what is there is not found by its index.
"""

from dataclasses import dataclass

from sqlalchemy import text

from store.database import Sessions, UnsafeDatabase, close_database, open_database, safe_engine

PROVIDERS = {"b": "builtin", "c": "libc", "i": "icu"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOrder:
    """How a database compares texts."""

    provider: str
    locale: str
    built_under: str
    """The version of the rules that the indexes were built under; empty where rules have none."""
    version: str
    """The version of the rules here and now."""

    @property
    def is_right(self) -> bool:
        return self.built_under == self.version

    def __str__(self) -> str:
        return f"{self.provider} {self.locale} {self.version}".rstrip()


def read_text_order(sessions: Sessions) -> TextOrder:
    """How this database compares texts."""
    with sessions() as session:
        row = session.execute(
            text(
                "select datlocprovider, coalesce(datlocale, datcollate), datcollversion,"
                " pg_database_collation_actual_version(oid)"
                " from pg_database where datname = current_database()"
            )
        ).one()
    provider, locale, built_under, version = row
    return TextOrder(
        provider=PROVIDERS.get(provider, provider),
        locale=locale,
        built_under=built_under or "",
        version=version or "",
    )


def refuse_wrong_order(sessions: Sessions) -> TextOrder:
    """How texts are compared; raises `UnsafeDatabase` when their indexes are of other rules."""
    order = read_text_order(sessions)
    if not order.is_right:
        raise UnsafeDatabase(
            f"The indexes over texts were built under version {order.built_under or 'none'} of"
            f" {order.provider} {order.locale}, and this PostgreSQL compares by version"
            f" {order.version or 'none'}: what is there may not be found. Run `redress migrate`,"
            " which builds them anew."
        )
    return order


def put_in_order(url: str) -> tuple[TextOrder, bool]:
    """Build all indexes anew if they are of other rules; says how texts are compared, and whether
    that was done. Ends before worker and web begin, for it locks table after table.
    """
    sessions = open_database(url)
    try:
        order = read_text_order(sessions)
        if order.is_right:
            return order, False
        _rebuild(url)
        return read_text_order(sessions), True
    finally:
        close_database(sessions)


def _rebuild(url: str) -> None:
    # Without the time limits of a session: hours are right where there is that much.
    engine = safe_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            name = connection.scalar(text("select quote_ident(current_database())"))
            connection.exec_driver_sql(f"reindex database {name}")
            connection.exec_driver_sql(f"alter database {name} refresh collation version")
    finally:
        engine.dispose()
