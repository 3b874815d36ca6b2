"""The e-mail address of who is invited."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a column."""

    dependencies = [("accounts", "0002_sessions_identities_invitations")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="email",
            field=models.EmailField(
                blank=True,
                default="",
                help_text="Their address, if you know it: the account gets no other.",
                max_length=254,
            ),
            preserve_default=False,
        ),
    ]
