"""Every page there is to look at, with something of the database in it where an address names one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from agents.models import Run, Schedule, Source
from approvals.domain.escalation import Kind, Status, link
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.models import (
    AgentKey,
    BlindAudit,
    Escalation,
    Member,
    OutsideAction,
    Ruleset,
    RulesetProposal,
    Verdict,
)
from approvals.models.escalation import token_of

FRAGMENTS = frozenset(
    {
        *("healthz", "favicon", "home", "queue_list", "queue_counts", "queue_row", "escalation_bar", "runs_new"),
        *(
            "rules_document",
            "history_zip",
            "labels_manifest",
            "labels_jsonl",
            "labels_csv",
            "edit",
            "password_once",
            "secret_once",
        ),
        *("dataset_train_jsonl", "dataset_train_csv", "dataset_test_jsonl", "dataset_test_csv"),
        *("imported_labels", "choose_password", "source_secret_once", "handoff", "talk"),
    }
)
"""What answers a GET and is no page to look at alone: pieces of pages, files, redirects, what is shown once."""


@dataclass(frozen=True)
class Place:
    """One page. `name` names its pictures; who is signed in does not see those that are for the public."""

    name: str
    address: str
    is_public: bool = False


def places() -> Iterator[Place]:
    """Every page that can be opened with what is in the database now, by name."""
    for name in sorted(_names()):
        if name in OBJECTS:
            yield from OBJECTS[name](name)
        else:
            yield Place(name, reverse(name), is_public=name == "sign_in")


def missing() -> set[str]:
    """Pages that name something of which there is nothing in the database."""
    return _names() - {place.name.partition(".")[0] for place in places()}


def _names() -> set[str]:
    """The names of the addresses that are pages: those that can be opened without more, and those in `OBJECTS`."""
    return {name for name in _of(get_resolver()) if name not in FRAGMENTS and _is_page(name)}


def _of(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or ""
        elif not entry.namespace:
            yield from _of(entry)


def _is_page(name: str) -> bool:
    if name in OBJECTS:
        return True
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return name not in POSTS


POSTS = frozenset(
    {
        "sign_out",
        "new_halt",
        "resend_letters",
        "open_breaker",
        "make_dataset_version",
        "limit_runs",
        "import_labels",
        "new_erasure",
    }
)
"""Addresses without an object that only take forms."""


def _rows(argument: str, rows: Callable[[], QuerySet[Any]], *, field: str = "pk") -> Callable[[str], Iterator[Place]]:
    """The newest row of a kind."""

    def found(name: str) -> Iterator[Place]:
        for value in rows().order_by("-pk").values_list(field, flat=True)[:1]:
            yield Place(name, reverse(name, kwargs={argument: value}))

    return found


def _escalations(name: str) -> Iterator[Place]:
    """One of each kind that is open, and one of each way in which others ended."""
    for kind in Kind:
        for found in Escalation.objects.filter(kind=kind, status=Status.OPEN).order_by("-pk")[:1]:
            yield Place(f"{name}.{kind}", reverse(name, args=[found.pk]))
    for status in (Status.APPLIED, Status.EXPIRED, Status.CANCELLED, Status.SUPERSEDED):
        for found in Escalation.objects.filter(status=status).order_by("-pk")[:1]:
            yield Place(f"{name}.{status}", reverse(name, args=[found.pk]))


def _confirmations(name: str) -> Iterator[Place]:
    """A question to a user that is open, one that was answered, and a link that leads nowhere."""
    rows = Escalation.objects.filter(kind=Kind.CONFIRMATION).select_related("evidence").order_by("-pk")
    for status in (Status.OPEN, Status.APPLIED, Status.SUPERSEDED):
        for found in rows.filter(status=status)[:1]:
            yield Place(f"{name}.{status}", reverse(name, args=[link.write(token_of(found))]), is_public=True)
    yield Place(f"{name}.nowhere", reverse(name, args=["nowhere"]), is_public=True)


def _thresholds(name: str) -> Iterator[Place]:
    """The route that was judged last."""
    for route in Verdict.objects.filter(is_counted=True).order_by("-pk").values_list("route", flat=True)[:1]:
        yield Place(name, reverse(name, args=[route]))


def _rules(name: str) -> Iterator[Place]:
    """The first rule of the live version."""
    for tenant in Ruleset.objects.filter(status="live").values_list("tenant_id", flat=True)[:1]:
        live = tuning.live_of(tenant)
        for rule in rulesets.of(live).rules[:1] if live else ():
            yield Place(name, reverse(name, args=[rule.name]))


OBJECTS: dict[str, Callable[[str], Iterator[Place]]] = {
    "escalation": _escalations,
    "confirm": _confirmations,
    "threshold": _thresholds,
    "rule": _rules,
    "audit": _rows("audit_id", BlindAudit.objects.all),
    "person": _rows("member_id", Member.objects.all),
    "key": _rows("key_id", AgentKey.objects.all),
    "classify_tool": _rows("action_id", OutsideAction.objects.all),
    "draft": _rows("draft_id", RulesetProposal.objects.all),
    "version": _rows("number", Ruleset.objects.all, field="version"),
    "source": _rows("source_id", Source.objects.all),
    "schedule": _rows("schedule_id", Schedule.objects.all),
    "rerun": _rows("key", Run.objects.all, field="key"),
    "trace": _rows("key", Run.objects.all, field="key"),
}
"""Pages that name something, by the name of their address."""
