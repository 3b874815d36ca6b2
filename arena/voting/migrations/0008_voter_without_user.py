"""A voter loses the account that nothing ever set."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("voting", "0007_entry_version")]
    operations = [migrations.RemoveField(model_name="voter", name="user")]
