"""An imported ledger may be the site's main one."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("voting", "0013_import_axes")]
    operations = [
        migrations.AddField(
            "ledger",
            "is_main",
            models.BooleanField(
                default=False, editable=False, help_text="Whether pages show this imported ledger where none is named."
            ),
        ),
        migrations.AddConstraint(
            "ledger",
            models.CheckConstraint(condition=Q(is_main=False) | Q(kind="imported"), name="ledger_main_is_imported"),
        ),
        migrations.AddConstraint(
            "ledger", models.UniqueConstraint(condition=Q(is_main=True), fields=["is_main"], name="ledger_one_main")
        ),
    ]
