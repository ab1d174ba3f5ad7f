"""Insert and read rows with statements that are written once for each model: writing one anew costs more than it does.

For the few rows that every run writes and reads; the ORM serves everything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models import Field
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)
Computed = Mapping[str, tuple[str, Any]]
"""Columns by the name of their field that the database computes: an SQL expression with one `%s`, what stands there."""


class _Shape(NamedTuple):
    """What tells one INSERT of a model from another; the key it is kept under."""

    model: type[models.Model]
    filled: frozenset[str]
    """Columns that the database fills in by itself."""
    formulas: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, int], ...]
    """Foreign keys to rows of the same statement, by their places in it."""


class _Insertion(NamedTuple):
    statement: str
    sent: "tuple[Field[Any, Any], ...]"
    returned: tuple[str, ...]


def fetch(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    """All rows a statement gives, on a cursor that stays with its connection: what a new one learns costs half a call.

    Otherwise as on a cursor of Django's: joins the transaction there is, raises Django's database errors, and is
    counted and logged where queries are. For statements that are sent often, give rows, and are read whole.
    """
    # What `connection.cursor()` does, but for the new cursor.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = connection._prepare_cursor(_kept(connection.connection))  # type: ignore[attr-defined]  # noqa: SLF001
    cursor.execute(statement, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _kept(client: Any) -> Any:
    """The cursor of a connection, which is in the hands of one thread at a time."""
    cursor = getattr(client, "kept_cursor", None)
    if cursor is None or cursor.closed:
        cursor = client.kept_cursor = connection.create_cursor()
    return cursor


def let_go() -> None:
    """Give the connection back while something else is waited for, unless a caller's transaction needs it."""
    if not connection.in_atomic_block:
        connection.close()


def add(row: Row, **computed: tuple[str, Any]) -> Row:
    """Insert a row that was never stored and read back what the database filled in; joins the caller's transaction.

    Otherwise what `save` does, without signals, validation and expressions as values; raises IntegrityError and the
    other database errors as it does.
    """
    add_all((row, computed))
    return row


def add_all(*given: tuple[models.Model, Computed]) -> None:
    """Insert several rows as `add` does, in this order and in one statement: each may name those before it."""
    rows = [row for row, _ in given]
    shapes = tuple(_shape(row, computed, rows[:place]) for place, (row, computed) in enumerate(given))
    statement, insertions = _insertions(shapes)
    values: list[Any] = []
    for (row, computed), insertion in zip(given, insertions, strict=True):
        values += (field.get_db_prep_save(getattr(row, field.attname), connection) for field in insertion.sent)
        values += (value for _, value in computed.values())
    found = iter(fetch(statement, values)[0])
    for row, shape, insertion in zip(rows, shapes, insertions, strict=True):
        _stored(row, insertion.returned, found)
        for name, place in shape.links:
            setattr(row, _field(shape.model, name).attname, rows[place].pk)


def is_new(row: models.Model) -> bool:
    """True until a row is stored."""
    return row._state.adding  # noqa: SLF001  # as Django's own code does


def _stored(row: models.Model, returned: Sequence[str], values: Iterator[Any]) -> None:
    """Leave a row as `save` leaves it."""
    for name in returned:
        setattr(row, name, next(values))
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as Django's own code does


def _shape(row: models.Model, computed: Computed, before: Sequence[models.Model]) -> _Shape:
    filled = frozenset(name for name, value in vars(row).items() if isinstance(value, DatabaseDefault))
    formulas = tuple((name, formula) for name, (formula, _) in computed.items())
    links = tuple(
        (name, place)
        for name, other in row._state.fields_cache.items()  # noqa: SLF001  # where Django keeps what a field names
        for place, earlier in enumerate(before)
        if other is earlier
    )
    return _Shape(type(row), filled.difference(computed), formulas, links)


@lru_cache(maxsize=256)
def _insertions(shapes: tuple[_Shape, ...]) -> tuple[str, tuple[_Insertion, ...]]:
    insertions = tuple(_insertion(shape) for shape in shapes)
    if len(insertions) == 1:
        return insertions[0].statement, insertions
    parts = ", ".join(f"r{place} AS ({insertion.statement})" for place, insertion in enumerate(insertions))
    names = [f"r{place}" for place in range(len(insertions))]
    told = ", ".join(f"{name}.*" for name in names)
    return f"WITH {parts} SELECT {told} FROM {', '.join(names)}", insertions  # noqa: S608  # put together from names


def _insertion(shape: _Shape) -> _Insertion:
    computed = {_field(shape.model, name): formula for name, formula in shape.formulas}
    # What names a row of the same statement is stored after it: its id is read from what the first INSERT returns.
    linked = {_field(shape.model, name): f"(SELECT id FROM r{place})" for name, place in shape.links}  # noqa: S608
    fields = _concrete(shape.model)
    filled = [
        field
        for field in fields
        if field.generated or field.primary_key or field.attname in shape.filled or field in computed
    ]
    sent = tuple(field for field in fields if field not in filled and field not in linked)
    columns = ", ".join(_column(field) for field in (*sent, *computed, *linked))
    marks = ", ".join(["%s"] * len(sent) + list(computed.values()) + list(linked.values()))
    returned = ", ".join(_column(field) for field in filled)
    table = connection.ops.quote_name(shape.model._meta.db_table)  # noqa: SLF001  # documented, for all its underscore
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {returned}"  # noqa: S608
    return _Insertion(statement, sent, tuple(field.attname for field in filled))


def load(model: type[Row], values: Iterator[Any]) -> Row:
    """Make a row of the values of `columns`, taken from the front of what a statement found; converted as by the ORM.

    Raises StopIteration when there are fewer; a row that an outer join did not find is the caller's to see.
    """
    fields, converters = _loading(model)
    found = [next(values) for _ in fields]
    for place, converter, expression in converters:
        found[place] = converter(found[place], expression, connection)
    return model.from_db(connection.alias, fields, found)


@lru_cache(maxsize=64)
def columns(model: type[models.Model], table: str) -> str:
    """The columns of a model as `load` takes them, under the name a statement gives its table."""
    return ", ".join(f"{table}.{_column(field)}" for field in _concrete(model))


@lru_cache(maxsize=64)
def _loading(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[tuple[int, Any, Any], ...]]:
    fields = _concrete(model)
    converters = tuple(
        (place, converter, field.get_col(model._meta.db_table))  # noqa: SLF001  # documented
        for place, field in enumerate(fields)
        for converter in field.get_db_converters(connection)
    )
    return tuple(field.attname for field in fields), converters


def _concrete(model: type[models.Model]) -> "tuple[Field[Any, Any], ...]":
    return tuple(model._meta.concrete_fields)  # noqa: SLF001  # documented


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)  # noqa: SLF001  # documented


def _column(field: Any) -> str:
    return connection.ops.quote_name(str(field.column))
