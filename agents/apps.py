"""The agents app: registers the modules named in SIGNALBOX_AGENTS and listens to decisions."""

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    """What a machine plans, does and stops at."""

    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        """Load tools and agents, then connect to what approvals says."""
        from django.conf import settings

        from agents.engine.answers import listening
        from agents.engine.context import surveying
        from agents.tools import registry

        registry.load(["agents.tools.person", *settings.SIGNALBOX_AGENTS])
        listening.connect()
        surveying.register()
