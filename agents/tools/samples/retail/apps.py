"""The retail sample as a Django app."""

from django.apps import AppConfig


class RetailConfig(AppConfig):
    """A shop whose rows an agent really changes."""

    name = "agents.tools.samples.retail"
    label = "retail"
    verbose_name = "Retail sample"
    default_auto_field = "django.db.models.BigAutoField"
