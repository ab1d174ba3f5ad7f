"""Columns that several rows share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Func, Q


def sha256_of(column: str) -> models.GeneratedField:
    """A column the database itself computes: the SHA-256 of another column's bytes."""
    return models.GeneratedField(
        expression=Func(F(column), function="sha256"), output_field=models.BinaryField(), db_persist=True
    )


def one_of(column: str, values: type[StrEnum] | Iterable[str], *, name: str) -> models.CheckConstraint:
    """A check that a column holds one of the values of its enumeration."""
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [str(value) for value in values]}), name=name)


def digest(value: Any) -> str:
    """Bytes as PostgreSQL returns them, in hexadecimal."""
    return bytes(value).hex()
