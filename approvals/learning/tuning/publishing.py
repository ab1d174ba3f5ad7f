"""Make a version of the rules live in the place of the one it was drafted from."""

from django.db import IntegrityError, transaction

from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import Member, Ruleset
from approvals.models.ruleset import RulesetStatus


def publish(document: bytes, *, version: int, instead_of: Ruleset, by: Member | None, reason: str) -> Ruleset:
    """Retire one version and make the next one live; joins the caller's transaction.

    `by` is None where no person asked for it. The retiring is one conditional UPDATE, so of any number who publish at
    once against the same version one wins. Raises StaleDraft for the others; nothing of theirs is stored. Whoever
    judges meanwhile sees the old or the new.
    """
    live = Ruleset.objects.filter(pk=instead_of.pk, status=RulesetStatus.LIVE)
    if live.update(status=RulesetStatus.RETIRED) != 1:
        raise StaleDraft
    try:
        with transaction.atomic():
            return Ruleset.objects.create(
                tenant_id=instead_of.tenant_id,
                version=version,
                document=document,
                status=RulesetStatus.LIVE,
                reason=reason,
                created_by=by,
            )
    except IntegrityError as error:
        if "ruleset_version_once" not in str(error):
            raise
        raise StaleDraft from error
