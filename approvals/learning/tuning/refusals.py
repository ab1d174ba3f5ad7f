"""Why a change of thresholds is not made."""

from approvals.domain.errors import ApprovalError


class AdminNeeded(ApprovalError):
    """Only an active admin changes what runs alone."""

    code = "admin_needed"


class SecondAdminNeeded(ApprovalError):
    """Who proposed a loosening does not approve it: another admin does."""

    code = "second_admin_needed"


class NewAdmin(ApprovalError):
    """Whoever became an admin, or got a new password, within the last 24 hours leaves this to an admin of longer."""

    code = "new_admin"


class ProposerGone(ApprovalError):
    """Who proposed this is no longer an admin: discard it and propose it anew."""

    code = "proposer_gone"


class StaleDraft(ApprovalError):
    """Other rules went live since this was drafted."""

    code = "stale_draft"


class DraftOpen(ApprovalError):
    """Another draft for this is open: approve it or discard it first."""

    code = "draft_open"


class DraftClosed(ApprovalError):
    """This draft is approved or discarded already."""

    code = "draft_closed"


class ShadowRunning(ApprovalError):
    """Another draft is watched beside the live rules: stop that first."""

    code = "shadow_running"


class CanaryRunning(ApprovalError):
    """Some runs are judged by another draft: stop that first."""

    code = "canary_running"


class NoChange(ApprovalError):
    """These are the rules that are live."""

    code = "no_change"


class NoReason(ApprovalError):
    """A change needs a reason: it stays in the history."""

    code = "no_reason"


class NoSuchRoute(ApprovalError):
    """No route of this name can be given thresholds."""

    code = "no_such_route"
