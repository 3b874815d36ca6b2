"""What is frozen stays frozen, and a prompt's state goes one way: the database itself refuses anything else."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION catalog_guard_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (
        NEW.text IS DISTINCT FROM OLD.text OR NEW.language IS DISTINCT FROM OLD.language
        OR NEW.category_id IS DISTINCT FROM OLD.category_id OR NEW.slug IS DISTINCT FROM OLD.slug
        OR NEW.scene IS DISTINCT FROM OLD.scene OR NEW.frozen_at IS NULL
    ) THEN
        RAISE EXCEPTION 'prompt % is frozen: it has generations; supersede it instead', OLD.slug
            USING ERRCODE = 'check_violation';
    END IF;
    IF array_position(ARRAY['draft', 'play', 'open'], NEW.state::text)
        < array_position(ARRAY['draft', 'play', 'open'], OLD.state::text) THEN
        RAISE EXCEPTION 'prompt % cannot go back from % to %', OLD.slug, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalog_guard_prompt BEFORE UPDATE ON catalog_prompt
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_prompt();

CREATE FUNCTION catalog_guard_contender() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (
        NEW.settings IS DISTINCT FROM OLD.settings OR NEW.settings_hash IS DISTINCT FROM OLD.settings_hash
        OR NEW.image_model_id IS DISTINCT FROM OLD.image_model_id OR NEW.slug IS DISTINCT FROM OLD.slug
        OR NEW.frozen_at IS NULL
    ) THEN
        RAISE EXCEPTION 'contender % is frozen: it has generations; make a new contender instead', OLD.slug
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalog_guard_contender BEFORE UPDATE ON catalog_contender
    FOR EACH ROW EXECUTE FUNCTION catalog_guard_contender();
"""

UNDO = """
DROP TRIGGER catalog_guard_prompt ON catalog_prompt;
DROP FUNCTION catalog_guard_prompt();
DROP TRIGGER catalog_guard_contender ON catalog_contender;
DROP FUNCTION catalog_guard_contender();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
