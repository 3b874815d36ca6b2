"""The columns of the catalogue that only a search reads, as expressions of a query; migration 0015 makes them."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, IntegerField, TextField, Value
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler


class _OwnColumn(Func):
    """A column that Django does not know, of the row that is asked for; `name` is its name."""

    name = ""

    def __init__(self) -> None:
        # The key tells under which alias the query knows the table.
        super().__init__(F("pk"))

    def as_sql(  # type: ignore[override]  # Django calls it with these two; Func allows for more.
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the column's name with that of its table."""
        (key,) = self.source_expressions
        assert isinstance(key, Col)
        return f"{compiler.quote_name_unless_alias(key.alias)}.{connection.ops.quote_name(self.name)}", ()


class _Words(_OwnColumn):
    name = "words"
    output_field = TextField()


class _Squashed(_OwnColumn):
    name = "squashed"
    output_field = TextField()


class Holds(Func):
    """Whether a row has a word that begins as a reader's word does; a prompt: or another form of it."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, word: str) -> None:
        super().__init__(_Words(), Func(Value(word), function="catalog_wanted"))


class Distance(Func):
    """How far a row's name is from squashed words; 0 is the same."""

    function = "catalog_distance"
    output_field = IntegerField()

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(_Squashed(), Value(list(words), ArrayField(TextField())))
