"""The live ruleset of a tenant: read by id, parsed once a process."""

from functools import lru_cache

from django.db import IntegrityError, transaction

from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import default_ruleset, dump_ruleset, parse_ruleset
from approvals.models import Ruleset
from approvals.models.ruleset import RulesetStatus


@lru_cache(maxsize=256)
def parsed(ruleset_id: int) -> Rules:
    """The parsed document of one stored ruleset; a stored document never changes, so the cache cannot be stale."""
    return parse_ruleset(bytes(Ruleset.objects.get(pk=ruleset_id).document).decode())


def install_default(tenant_id: int) -> int:
    """Give a tenant without a live ruleset the shipped one (every write asks); the id of the live ruleset."""
    try:
        with transaction.atomic():
            made = Ruleset.objects.create(
                tenant_id=tenant_id,
                version=1,
                document=dump_ruleset(default_ruleset()).encode(),
                status=RulesetStatus.LIVE,
                is_sample=True,
                reason="shipped: every write asks",
            )
            return int(made.pk)
    except IntegrityError:
        # Somebody else installed one in the same moment; theirs is as good.
        return int(Ruleset.objects.get(tenant_id=tenant_id, status=RulesetStatus.LIVE).pk)
