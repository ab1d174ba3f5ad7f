"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """What is seen, and by whom."""

    name = "console"
    verbose_name = "Signalbox console"

    def ready(self) -> None:
        """Tasks that a web process sends go through the app that is the default by then."""
        from console.celery import app

        app.set_default()
