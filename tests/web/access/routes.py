"""Every address of the project, as Django resolves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: its name with namespaces, and what it takes."""

    name: str
    parameters: frozenset[str]
    pattern: str


@cache
def routes() -> tuple[Route, ...]:
    """All of them, included ones too."""
    return tuple(_below(get_resolver(), namespace="", above=frozenset()))


def _below(resolver: URLResolver, *, namespace: str, above: frozenset[str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        taken = above | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _below(entry, namespace=inner, above=taken)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name or ''}", taken, str(entry.pattern))
