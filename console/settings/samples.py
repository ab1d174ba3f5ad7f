"""Which Django apps come with the agents that this installation runs."""

from __future__ import annotations

from importlib.util import find_spec

_SHIPPED = ["agents.tools.samples.retail.agents"]


def shipped() -> list[str]:
    """The sample agents of this tree; a container may leave them out."""
    return [module for module in _SHIPPED if _exists(module)]


def apps_of(modules: list[str]) -> list[str]:
    """The packages of those modules that have an `apps` module, each once and in order.

    >>> apps_of(["console.settings"])
    ['console']
    """
    packages = dict.fromkeys(module.rpartition(".")[0] for module in modules)
    return [package for package in packages if package and _exists(f"{package}.apps")]


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
