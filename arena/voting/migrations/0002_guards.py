"""Votes and ledger entries are append-only: the database refuses updates always, deletions outside `easel.erasing`."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION voting_guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('easel.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER voting_guard_vote BEFORE UPDATE OR DELETE ON voting_vote
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
CREATE TRIGGER voting_guard_ledgerentry BEFORE UPDATE OR DELETE ON voting_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
"""

UNDO = """
DROP TRIGGER voting_guard_vote ON voting_vote;
DROP TRIGGER voting_guard_ledgerentry ON voting_ledgerentry;
DROP FUNCTION voting_guard_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
