"""Once a prompt of a category is frozen, the database keeps the slug and modality under which its votes are counted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION catalog_guard_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM catalog_prompt WHERE category_id = OLD.id AND frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'category % is frozen: its prompts have generations; make a new category instead', OLD.slug
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalog_guard_category BEFORE UPDATE ON catalog_category
    FOR EACH ROW WHEN (NEW.slug IS DISTINCT FROM OLD.slug OR NEW.modality IS DISTINCT FROM OLD.modality)
    EXECUTE FUNCTION catalog_guard_category();
"""

UNDO = """
DROP TRIGGER catalog_guard_category ON catalog_category;
DROP FUNCTION catalog_guard_category();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_from_file")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
