"""An imported ledger that has the slug of the ledger of controls gets another one."""

from django.db import migrations

FREE = """
UPDATE voting_ledger SET slug = 'control-imported-' || id WHERE slug = 'control' AND kind = 'imported'
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0017_controls")]
    operations = [migrations.RunSQL(FREE, migrations.RunSQL.noop)]
