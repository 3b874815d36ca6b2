"""Folders on their way from a browser into an import."""

import uuid

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, SET_NULL, Q

STATES = [
    ("open", "Being prepared"), ("queued", "Waiting for a worker"), ("working", "Being imported"),
    ("done", "Imported"), ("failed", "Stopped"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0004_run_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "Upload",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("label", models.CharField(max_length=200)),
                ("state", models.CharField(choices=STATES, default="open", max_length=10)),
                ("listing", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("choices", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("message", models.CharField(blank=True, max_length=500)),
                (
                    "run",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=SET_NULL, related_name="+", to="generation.run"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(on_delete=CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("touched_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=[state for state, _ in STATES]), name="upload_state"
                    )
                ],
            },
        ),
    ]
