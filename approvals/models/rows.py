"""Insert one row with a statement that is written once for each model: writing it anew costs more than sending it."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models import Field
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)


class _Insertion(NamedTuple):
    statement: str
    sent: "tuple[Field[Any, Any], ...]"
    returned: tuple[str, ...]


def add(row: Row, **computed: tuple[str, Any]) -> Row:
    """Insert a row that was never stored and read back what the database filled in; joins the caller's transaction.

    `computed` are columns by the name of their field that the database computes: an SQL expression with one `%s`, and
    what stands there. Otherwise what `save` does, without signals, validation and expressions as values; raises
    IntegrityError and the other database errors as it does.
    """
    defaults = frozenset(name for name, value in vars(row).items() if isinstance(value, DatabaseDefault))
    formulas = tuple((name, formula) for name, (formula, _) in computed.items())
    insertion = _insertion(type(row), defaults.difference(computed), formulas)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in insertion.sent]
    values += [value for _, value in computed.values()]
    with connection.cursor() as cursor:
        cursor.execute(insertion.statement, values)
        found = cursor.fetchone()
    for name, value in zip(insertion.returned, found, strict=True):
        setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as `save` leaves it
    return row


@lru_cache(maxsize=256)
def _insertion(
    model: type[models.Model], defaults: frozenset[str], formulas: tuple[tuple[str, str], ...]
) -> _Insertion:
    meta = model._meta  # noqa: SLF001  # documented, for all its underscore
    fields = meta.concrete_fields
    computed: dict[Any, str] = {meta.get_field(name): formula for name, formula in formulas}
    filled = [
        field
        for field in fields
        if field.generated or field.primary_key or field.attname in defaults or field in computed
    ]
    sent = tuple(field for field in fields if field not in filled)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in (*sent, *computed))
    marks = ", ".join(["%s"] * len(sent) + list(computed.values()))
    returned = ", ".join(quote(str(field.column)) for field in filled)
    table = quote(meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {returned}"  # noqa: S608
    return _Insertion(statement, sent, tuple(field.attname for field in filled))
