"""A frozen prompt keeps its pictures; one that voters see has a source if, and only if, it asks for an edit."""

from django.db import migrations, models

GUARDS = """
CREATE FUNCTION catalog_guard_sourceimage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- This waits for whoever freezes the prompt just now, and finds nothing once it is frozen.
    UPDATE catalog_prompt SET corrected_at = clock_timestamp() WHERE id = NEW.prompt_id AND frozen_at IS NULL;
    IF NOT FOUND AND EXISTS (SELECT FROM catalog_prompt WHERE id = NEW.prompt_id) THEN
        RAISE EXCEPTION 'prompt % is frozen: it has generations or votes; supersede it instead',
            (SELECT slug FROM catalog_prompt WHERE id = NEW.prompt_id) USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalog_guard_sourceimage BEFORE INSERT OR UPDATE ON catalog_sourceimage
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_sourceimage();

-- A deleted picture is looked at when the transaction ends: its prompt may have been deleted with it.
CREATE FUNCTION catalog_guard_sourceimage_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_prompt SET corrected_at = clock_timestamp() WHERE id = OLD.prompt_id AND frozen_at IS NULL;
    IF NOT FOUND AND EXISTS (SELECT FROM catalog_prompt WHERE id = OLD.prompt_id) THEN
        RAISE EXCEPTION 'prompt % is frozen: it has generations or votes; supersede it instead',
            (SELECT slug FROM catalog_prompt WHERE id = OLD.prompt_id) USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER catalog_guard_sourceimage_gone AFTER DELETE ON catalog_sourceimage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_guard_sourceimage_gone();

CREATE FUNCTION catalog_check_sources() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_prompts bigint[];
    wrong text;
BEGIN
    of_prompts := CASE
        WHEN TG_TABLE_NAME = 'catalog_category'
            THEN ARRAY(SELECT id FROM catalog_prompt WHERE category_id = (to_jsonb(NEW)->>'id')::bigint)
        WHEN TG_TABLE_NAME = 'catalog_prompt' THEN ARRAY[(to_jsonb(NEW)->>'id')::bigint]
        ELSE ARRAY[(to_jsonb(COALESCE(NEW, OLD))->>'prompt_id')::bigint]
    END;
    SELECT p.slug INTO wrong FROM catalog_prompt p JOIN catalog_category c ON c.id = p.category_id
    WHERE p.id = ANY (of_prompts) AND c.modality = 'image-editing' AND p.state <> 'draft'
        AND NOT EXISTS (SELECT FROM catalog_sourceimage s WHERE s.prompt_id = p.id AND s.role = 'source') LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'prompt % asks for an edit and has no source picture', wrong USING ERRCODE = 'check_violation';
    END IF;
    SELECT p.slug INTO wrong FROM catalog_prompt p JOIN catalog_category c ON c.id = p.category_id
    WHERE p.id = ANY (of_prompts) AND c.modality <> 'image-editing'
        AND EXISTS (SELECT FROM catalog_sourceimage s WHERE s.prompt_id = p.id) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'prompt % asks for no edit and has source pictures', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER catalog_check_prompt_sources AFTER INSERT OR UPDATE OF state, category_id ON catalog_prompt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_check_sources();
CREATE CONSTRAINT TRIGGER catalog_check_category_sources AFTER UPDATE OF modality ON catalog_category
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_check_sources();
CREATE CONSTRAINT TRIGGER catalog_check_sourceimage AFTER INSERT OR UPDATE OR DELETE ON catalog_sourceimage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_check_sources();
"""

UNDO = """
DROP TRIGGER catalog_check_sourceimage ON catalog_sourceimage;
DROP TRIGGER catalog_check_category_sources ON catalog_category;
DROP TRIGGER catalog_check_prompt_sources ON catalog_prompt;
DROP FUNCTION catalog_check_sources();
DROP TRIGGER catalog_guard_sourceimage_gone ON catalog_sourceimage;
DROP FUNCTION catalog_guard_sourceimage_gone();
DROP TRIGGER catalog_guard_sourceimage ON catalog_sourceimage;
DROP FUNCTION catalog_guard_sourceimage();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_sources_series_and_hosts")]
    operations = [
        migrations.AddField("sourceimage", "given_sha256", models.CharField(max_length=64, default=""), preserve_default=False),
        migrations.AlterField("sourceimage", "storage_key", models.CharField(max_length=200, db_index=True)),
        migrations.RunSQL(GUARDS, UNDO),
    ]
