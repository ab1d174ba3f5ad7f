"""The one base of every frozen value that crosses a door."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value parsed strictly: unknown fields, `true` for 1 and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
