"""YAML and JSON as plain values that remember their lines: no tags, no aliases, nothing said twice.

Only what JSON can say is read: `no` and `on` are words, `1:30` is not ninety, dates are words. A key given twice is
refused, because one of the two would be lost without a trace.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from approvals.domain.errors import BadRuleset

Place = tuple[Any, ...]
DEEPEST = 50
"""So deep a document may be nested; a ruleset is six."""

_SCALARS = (
    ("bool", re.compile(r"true|false"), "tf"),
    ("null", re.compile(r"null|~|"), ["n", "~", ""]),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]*)"), "-0123456789"),
    ("float", re.compile(r"-?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?"), "-0123456789"),
)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of JSON only."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases, with which a short text can say an endless one, and what is nested beyond sense.

        What lies deeper is not even read: each level makes the reader look ahead over all that are open.
        """
        if self.depth >= DEEPEST:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise BadRuleset(f"Line {mark.line + 1}: it is nested more than {DEEPEST} deep.")
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise BadRuleset(f"Line {mark.line + 1}: aliases cannot be used.")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern.pattern})$"), list(_first))


@dataclass
class Document:
    """A text as a value, with the line of each place in it."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest place around it; None for an empty text."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return None


def load(text: str) -> Document:
    """Read JSON, or else YAML; raises BadRuleset with line and reason."""
    if text.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            return Document(json.loads(text, object_pairs_hook=_once))
    return _load_yaml(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1)
        raise BadRuleset(f"{twice} is given twice.")
    return found


def _load_yaml(text: str) -> Document:
    document = Document()
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is not None:
            document.value = _value(loader, node, document, ())
    except yaml.MarkedYAMLError as error:
        line = f"Line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadRuleset(f"{line}{error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadRuleset("The text cannot be read as YAML or JSON.") from error
    return document


def _value(loader: _Loader, node: yaml.Node, document: Document, place: Place) -> Any:
    document.lines[place] = line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, document, place)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, part, document, (*place, at)) for at, part in enumerate(node.value)]
    if node.tag.removeprefix("tag:yaml.org,2002:") not in ("str", "bool", "null", "int", "float"):
        raise BadRuleset(f"Line {line}: the tag {node.tag} cannot be used.")
    return loader.construct_object(node)


def _mapping(loader: _Loader, node: yaml.MappingNode, document: Document, place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name_node, part in node.value:
        name, line = name_node.value, name_node.start_mark.line + 1
        if not isinstance(name, str) or name in found:
            raise BadRuleset(f"Line {line}: {name if isinstance(name, str) else 'a list'} is given twice or no name.")
        found[name] = _value(loader, part, document, (*place, name))
        document.lines[(*place, name)] = line
    return found
