"""The one base of every frozen value that crosses a door, and what no type says of one."""

from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value parsed strictly: unknown fields, `true` for 1 and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


_NOWHERE = frozenset({"Factory", "localtime", "posixrules"})
"""Kept among the zones, and the time of no place: that of a machine nobody has set, and of the one it is read on."""


def is_zone(name: str) -> bool:
    """Whether it names the time of a place, or UTC; spelled as the database of zones spells it."""
    return name in available_timezones() and name not in _NOWHERE and not name.startswith(("posix/", "right/"))
