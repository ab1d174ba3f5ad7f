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
        from agents.models import Operation, Run
        from agents.tools import registry
        from approvals.learning.dataset import erasing
        from approvals.sealing import sources

        registry.load(["agents.tools.person", *settings.SIGNALBOX_AGENTS])
        listening.connect()
        surveying.register()
        # What was done is history once its outcome is known for good.
        run = "(SELECT u.key FROM agents_step t JOIN agents_run u ON u.id = t.run_id WHERE t.id = r.step_id)"
        final = "r.outcome IN ('succeeded', 'failed')"
        sources.register(sources.Source("operation", Operation, "started_at", run, is_final=final))
        # And goes with the run it was done in.
        erasing.register(
            erasing.Extent(
                runs=lambda tenant, session: set(
                    Run.objects.filter(tenant_id=tenant, session_key=session).values_list("key", flat=True)
                ),
                has_run=lambda tenant, key: Run.objects.filter(tenant_id=tenant, key=key).exists(),
                door="SELECT signalbox_erase_runs(%s)",
            )
        )
