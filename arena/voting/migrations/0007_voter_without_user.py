"""A voter loses the account that nothing ever set."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("voting", "0006_imports")]
    operations = [migrations.RemoveField(model_name="voter", name="user")]
