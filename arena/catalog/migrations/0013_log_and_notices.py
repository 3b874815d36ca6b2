"""A public log of the catalogue, notices for staff, and what a provider's own list says of an offering."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_check_templates")]

    operations = [
        migrations.AddField(
            model_name="contender",
            name="retired_because",
            field=models.CharField(blank=True, help_text="Published in the log.", max_length=300),
        ),
        migrations.AddField(
            model_name="offering",
            name="missing_since",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="offering",
            name="reported_shutdown_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="offering",
            name="shutdown_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="provider",
            name="synced_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="LogLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("retired", "Retired"),
                            ("returned", "Returned"),
                            ("shutdown", "Shutdown announced"),
                            ("price", "Price changed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("source", models.URLField(blank=True, max_length=500)),
                ("details", models.JSONField(default=dict)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "contender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="log_lines",
                        to="catalog.contender",
                    ),
                ),
                (
                    "image_model",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="log_lines",
                        to="catalog.imagemodel",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
                "indexes": [models.Index(fields=["-day", "-id"], name="log_line_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["added", "retired", "returned", "shutdown", "price"])),
                        name="log_line_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing", "No longer listed"),
                            ("shutdown", "Shutdown date reported"),
                            ("new", "New model of a known family"),
                            ("failed", "The list could not be read"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, help_text="The provider's name of the model.", max_length=200
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("first_seen_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="catalog.provider",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "provider__name", "subject"],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "kind", "subject"), name="notice_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["missing", "shutdown", "new", "failed"])),
                        name="notice_kind",
                    ),
                ],
            },
        ),
    ]
