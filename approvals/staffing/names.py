"""Names of people: nobody's looks like somebody else's, or like what the console calls itself."""

from approvals.domain.redaction.lookalikes import alphabets, skeleton
from approvals.models import Member
from approvals.staffing.refusals import NameForged, PersonAlike

OURS = frozenset(
    skeleton(word)
    for word in (
        "Signalbox", "Signalbox itself", "the system", "system", "the installation", "the console", "console",
        "the end user", "end user", "the user", "user", "the agent", "agent", "the gate", "gate", "nobody", "somebody",
        "you", "anybody", "everybody", "admin", "an admin", "reviewer", "auditor", "support", "root",
    )
)  # fmt: skip
"""What stands in sentences of the console where a person's name could stand."""


def check_unlike(tenant_id: int, name: str, *, but_for: Member | None = None) -> None:
    """Raise NameForged or PersonAlike for a name that could be mistaken; people who are here keep theirs.

    Joins the caller's transaction, whose lock on the admins keeps another act from giving such a name in between.
    """
    wanted = skeleton(name)
    if wanted in OURS or not wanted or len(alphabets(name)) > 1:
        raise NameForged
    taken = Member.objects.filter(tenant_id=tenant_id).values_list("pk", "name")
    if any(skeleton(theirs) == wanted for pk, theirs in taken if but_for is None or pk != but_for.pk):
        raise PersonAlike(f"({name})")
