"""Dead letters, breakers with their history, and stops of runs that reached a limit."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import agents.domain.breaker

LAWS = (Path(__file__).parent / "sql" / "0003_recovery.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0002_laws"),
        ("approvals", "0005_audits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Breaker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("guarded", models.TextField()),
                ("name", models.TextField()),
                ("state", models.TextField(default=agents.domain.breaker.BreakerState["CLOSED"])),
                (
                    "failures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), default=list, size=None
                    ),
                ),
                ("try_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.TextField(db_default="")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BreakerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.TextField()),
                ("after", models.TextField()),
                ("failures", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "breaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="agents.breaker"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.TextField()),
                ("subject", models.TextField()),
                ("error", models.TextField()),
                ("attempts", models.PositiveIntegerField()),
                ("epoch", models.PositiveIntegerField()),
                ("buried_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.TextField(db_default="")),
                ("reason", models.TextField(db_default="")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="agents.run"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="agents.step"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("sentence", models.TextField()),
                ("stopped_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="agents.run"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.tenant",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="breaker",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["tenant"], name="breaker_not_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="breaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["closed", "open", "trial"])), name="breaker_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="breaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("guarded__in", ["dependency", "tool"])), name="breaker_guarded"
            ),
        ),
        migrations.AddConstraint(
            model_name="breaker",
            constraint=models.UniqueConstraint(fields=("tenant", "guarded", "name"), name="breaker_once"),
        ),
        migrations.AddConstraint(
            model_name="breaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "trial"), ("try_at", None), _negated=True), name="breaker_trial_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="breaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="breaker_person_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("settled_at", None)), fields=["tenant", "cause", "subject"], name="letter_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["no answer", "down", "bad output", "declined", "poison"])),
                name="letter_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("settlement__in", ["", "resent", "discarded", "cancelled"])),
                name="letter_settlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at", None)), fields=("step",), name="letter_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("settled_at", None), ("settled_by", None), ("settlement", "")),
                    models.Q(("settled_at__isnull", False), ("settlement", "cancelled")),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("settlement__in", ["resent", "discarded"]),
                    ),
                    _connector="OR",
                ),
                name="letter_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("settlement", "discarded"), _negated=True),
                name="letter_discarded_why",
            ),
        ),
        migrations.AddIndex(
            model_name="stop",
            index=models.Index(fields=["tenant", "-id"], name="stop_newest"),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["steps", "turns", "repetition", "budget", "unsafe"])), name="stop_kind"
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
