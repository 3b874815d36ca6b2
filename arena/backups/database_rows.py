"""Reads the rows of every table, and stores them in tables as the backup's release defined them."""

import gzip
from collections.abc import Iterable, Iterator
from typing import Any, LiteralString

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from arena.backups.archive import Contents, Table
from arena.database.copying import open_copy
from arena.errors import DomainError

# Rows are held in memory, and compressed, in pieces of about this many bytes.
PIECE = 8 << 20
# Dates as ISO 8601, whatever the settings of the server and the role.
SETTINGS = "SET LOCAL datestyle = 'ISO, YMD'"

_COLUMNS = """
    SELECT attname, pg_get_serial_sequence(quote_ident(%s), attname) FROM pg_attribute
    WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
_KEYED = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'storage_key' AND table_name = ANY(%s) ORDER BY table_name
"""
# Guards of tables, and what computes their columns. A function is named after its app, as tables are.
_FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND split_part(proname, '_', 1) = ANY(%s)
"""


def select(query: str, parameters: list[Any] | None = None) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def applied_migrations() -> list[tuple[str, str]]:
    """Return the migrations that were applied to the database; none if it is empty."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def find_tables(migrations: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of the tables that these migrations create. Raises DomainError for an unknown migration."""
    loader = load_migrations(migrations)
    last = last_migrations(loader, migrations)
    models = loader.project_state(last).apps.get_models(include_auto_created=True) if last else []
    return sorted(model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy)


def load_migrations(migrations: Iterable[tuple[str, str]]) -> MigrationLoader:
    """Return a loader with which an empty database can be migrated to these migrations.

    A migration that replaces others can be used where it replaces only what is among them; else all run one by one.
    """
    wanted = {(app, name) for app, name in migrations}
    loader = MigrationLoader(None)
    if all(
        wanted.issuperset(each.replaces) or wanted.isdisjoint(each.replaces) for each in loader.replacements.values()
    ):
        return loader
    return MigrationLoader(None, replace_migrations=False)


def last_migrations(loader: MigrationLoader, migrations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each app's last migrations among these. Raises DomainError for an unknown migration."""
    wanted = {(app, name) for app, name in migrations}
    for key, replacing in loader.replacements.items():
        # A database records both. The loader knows the replaced ones only if it runs them one by one.
        if replacing.replaces[0] in loader.graph.nodes:
            wanted.discard(key)
        elif not wanted.isdisjoint(replacing.replaces):
            wanted = wanted.difference(replacing.replaces) | {key}
    if unknown := sorted(wanted - set(loader.graph.nodes)):
        name = ".".join(unknown[0])
        raise DomainError(f"This release does not know the migration {name}: a newer one made it. Upgrade first.")
    return sorted(
        node
        for node in wanted
        if not any(child.key in wanted and child.key[0] == node[0] for child in loader.graph.node_map[node].children)
    )


def describe_table(name: str) -> Table:
    """Return a table's columns and the state of its sequences; `rows` is 0, since none are counted yet."""
    found = select(_COLUMNS, [name, name])
    sequences = {}
    for column, sequence in found:
        if sequence is not None:
            # pg_get_serial_sequence has quoted the name already.
            sequences[column] = select(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608
    return Table(columns=[column for column, _ in found], rows=0, sequences=sequences)


def read_rows(name: str, table: Table) -> Iterator[tuple[int, bytes]]:
    """Yield a table's rows in pieces: (number of rows, COPY's text, compressed)."""
    rows, piece = 0, bytearray()
    with open_copy(_copy(name, table, "TO STDOUT")) as copy:
        for row in copy:
            piece += row
            rows += 1
            if len(piece) >= PIECE:
                yield rows, gzip.compress(piece, mtime=0)
                rows, piece = 0, bytearray()
    if rows:
        yield rows, gzip.compress(piece, mtime=0)


def read_storage_keys(tables: list[str]) -> Iterator[str]:
    """Yield the storage key of every file that a row names, each once."""
    keyed = [sql.SQL("SELECT storage_key FROM {}").format(sql.Identifier(name)) for (name,) in select(_KEYED, [tables])]
    if keyed:
        with open_copy(sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(" UNION ").join(keyed))) as copy:
            yield from (key for (key,) in copy.rows())


def replace_rows(contents: Contents, pieces: Iterable[tuple[str, bytes]]) -> None:
    """Drop all tables, create them as the backup's release had them, fill them. `pieces` are named `table/number`.

    Call inside a transaction: nothing changes before it commits.
    """
    _execute(SETTINGS)
    # Migrations alter tables, and PostgreSQL alters no table that has deferred checks pending.
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _drop_tables()
    executor = MigrationExecutor(connection)
    executor.loader = load_migrations(contents.migrations)
    executor.migrate(last_migrations(executor.loader, contents.migrations))
    _execute("SET CONSTRAINTS ALL DEFERRED")
    # What guards changes would refuse the same rows as new ones: they were changed before they were frozen.
    _switch_guards(contents, "DISABLE")
    for member, piece in pieces:
        name = member.rpartition("/")[0]
        with open_copy(_copy(name, contents.tables[name], "FROM STDIN")) as copy:
            copy.write(gzip.decompress(piece))
    for name, table in contents.tables.items():
        for column, (last, used) in table.sequences.items():
            select("SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s, %s)", [name, column, last, used])
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _switch_guards(contents, "ENABLE")


def _switch_guards(contents: Contents, switch: LiteralString) -> None:
    for name in contents.tables:
        _execute(sql.SQL("ALTER TABLE {} " + switch + " TRIGGER USER").format(sql.Identifier(name)))


def _drop_tables() -> None:
    tables = find_tables(applied_migrations())
    if not tables:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, [*tables, "django_migrations"]))
    _execute(sql.SQL("DROP TABLE {} CASCADE").format(names))
    functions = [name for (name,) in select(_FUNCTIONS, [[table.partition("_")[0] for table in tables]])]
    if functions:
        _execute(f"DROP FUNCTION {', '.join(functions)}")


def _copy(name: str, table: Table, direction: LiteralString) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) ").format(sql.Identifier(name), columns) + sql.SQL(direction)


def _execute(statement: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
