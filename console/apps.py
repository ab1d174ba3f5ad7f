"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """What is seen, and by whom."""

    name = "console"
    verbose_name = "Signalbox console"

    def ready(self) -> None:
        """Tasks of a web process go through the default app, and every process tells open pages what changed."""
        from console.celery import app
        from console.live import publishing

        app.set_default()
        publishing.connect()
