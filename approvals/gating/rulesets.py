"""The live ruleset of a tenant: read by id, parsed once a process."""

from functools import lru_cache

from django.db import IntegrityError, transaction

from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import default_ruleset, dump_ruleset, parse_ruleset
from approvals.models import Ruleset, RulesetProposal, rows
from approvals.models.columns import digest
from approvals.models.ruleset import RulesetStatus


@lru_cache(maxsize=256)
def parsed(ruleset_id: int, sha256: str) -> Rules:
    """The parsed document of one stored ruleset. The digest is part of the key, so the cache cannot be stale."""
    document = Ruleset.objects.get(pk=ruleset_id, document_sha256=bytes.fromhex(sha256)).document
    return parse_ruleset(bytes(document).decode())


@lru_cache(maxsize=64)
def drafted(draft_id: int, sha256: str) -> Rules:
    """The parsed document of one draft, kept as `parsed` keeps them."""
    document = RulesetProposal.objects.get(pk=draft_id, document_sha256=bytes.fromhex(sha256)).document
    return parse_ruleset(bytes(document).decode())


def of(ruleset: Ruleset) -> Rules:
    """The parsed document of a row."""
    return parsed(ruleset.pk, digest(ruleset.document_sha256))


def at(ruleset_id: int) -> Rules:
    """The parsed document of the row with this id, which is there."""
    [(sha256,)] = rows.fetch("SELECT encode(document_sha256, 'hex') FROM approvals_ruleset WHERE id = %s", [ruleset_id])
    return parsed(ruleset_id, sha256)


def install_default(tenant_id: int) -> Ruleset:
    """Give a tenant without a live ruleset the shipped one (every write asks); the live ruleset."""
    try:
        with transaction.atomic():
            return Ruleset.objects.create(
                tenant_id=tenant_id,
                version=1,
                document=dump_ruleset(default_ruleset()).encode(),
                status=RulesetStatus.LIVE,
                is_sample=True,
                reason="shipped: every write asks",
            )
    except IntegrityError:
        # Somebody else installed one in the same moment; theirs is as good.
        return Ruleset.objects.get(tenant_id=tenant_id, status=RulesetStatus.LIVE)
