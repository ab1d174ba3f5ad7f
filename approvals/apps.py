"""The approvals app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Whether an action may run, and what is learned from it."""

    name = "approvals"
    verbose_name = "Approvals"
