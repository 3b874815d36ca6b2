"""A prompt that nobody has voted on may be corrected; the database notes when, so that no vote is on an older text."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION catalog_guard_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text IS DISTINCT FROM OLD.text OR NEW.language IS DISTINCT FROM OLD.language
        OR NEW.category_id IS DISTINCT FROM OLD.category_id OR NEW.slug IS DISTINCT FROM OLD.slug
        OR NEW.scene IS DISTINCT FROM OLD.scene OR (OLD.frozen_at IS NOT NULL AND NEW.frozen_at IS NULL)
    THEN
        IF OLD.frozen_at IS NOT NULL THEN
            RAISE EXCEPTION 'prompt % is frozen: it has generations or votes; supersede it instead', OLD.slug
                USING ERRCODE = 'check_violation';
        END IF;
        NEW.corrected_at := clock_timestamp();
    END IF;
    IF array_position(ARRAY['draft', 'play', 'open'], NEW.state::text)
        < array_position(ARRAY['draft', 'play', 'open'], OLD.state::text) THEN
        RAISE EXCEPTION 'prompt % cannot go back from % to %', OLD.slug, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION catalog_guard_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_category_reasons")]
    operations = [
        migrations.AddField("prompt", "corrected_at", models.DateTimeField(null=True, blank=True, editable=False)),
        migrations.RunSQL(GUARD, BEFORE),
    ]
