"""A sentence of the console with values of others in it, kept apart until it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """`text` is ours, with `{places}`; what goes into them is untrusted, or a link of ours."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    """Identifiers: names of tools."""
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Address and label."""
    tone: str = ""
