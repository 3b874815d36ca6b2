"""The catalogue as the 14 first migrations leave it, made at once where none of them has run."""

import arena.catalog.reasons
import arena.catalog.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.lookups
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION catalog_guard_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER catalog_guard_category ON catalog_category;
DROP FUNCTION catalog_guard_category();
DROP TRIGGER catalog_guard_prompt ON catalog_prompt;
DROP FUNCTION catalog_guard_prompt();
DROP TRIGGER catalog_guard_contender ON catalog_contender;
DROP FUNCTION catalog_guard_contender();
"""


class Migration(migrations.Migration):

    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_guards"),
        ("catalog", "0003_category_slug_not_reserved"),
        ("catalog", "0004_from_file"),
        ("catalog", "0005_guard_category"),
        ("catalog", "0006_validate_scene"),
        ("catalog", "0007_category_weight"),
        ("catalog", "0008_category_reasons"),
        ("catalog", "0009_prompt_corrected_at"),
        ("catalog", "0010_sources_series_and_hosts"),
        ("catalog", "0011_guard_source_images"),
        ("catalog", "0012_check_templates"),
        ("catalog", "0013_log_and_notices"),
        ("catalog", "0014_axes"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('website', models.URLField(blank=True, max_length=500)),
                ('description', models.TextField(blank=True)),
                ('from_file', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('website', models.URLField(blank=True, max_length=500)),
                ('family', models.SlugField(blank=True, max_length=40)),
                ('base_url', models.URLField(blank=True, max_length=500)),
                ('key_env', models.CharField(blank=True, max_length=80)),
                ('concurrency', models.PositiveSmallIntegerField(default=2)),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('calls_per_minute', models.PositiveIntegerField(blank=True, null=True)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('result_hosts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('synced_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('criterion', models.CharField(help_text='What voters judge by.', max_length=300)),
                ('description', models.TextField(blank=True)),
                ('modality', models.CharField(choices=[('text-to-image', 'Text to image'), ('image-editing', 'Image editing')], default='text-to-image', max_length=20)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active')], default='draft', max_length=10)),
                ('position', models.PositiveSmallIntegerField(default=100)),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('weight', models.PositiveSmallIntegerField(default=1, help_text='How often it is drawn for voters, compared with other categories: 2 is twice as often as 1.', validators=[django.core.validators.MinValueValidator(1)])),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('prompt', 'Prompt'), ('looks', 'Looks'), ('text', 'Text'), ('anatomy', 'Anatomy'), ('composition', 'Composition'), ('artefacts', 'Artefacts')], max_length=12), blank=True, default=arena.catalog.reasons.every_reason, help_text='Which reasons voters may name with a vote, in this order.', size=None, validators=[arena.catalog.validators.validate_distinct])),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['position', 'name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'active'])), name='category_state'), models.CheckConstraint(condition=models.Q(('modality__in', ['text-to-image', 'image-editing'])), name='category_modality'), models.CheckConstraint(condition=models.Q(('slug__in', ['answer', 'image', 'languages', 'next']), _negated=True), name='category_slug_not_reserved', violation_error_message='This slug is an address of the voting pages; choose another.'), models.CheckConstraint(condition=models.Q(('weight__gte', 1)), name='category_weight_positive'), models.CheckConstraint(condition=models.Q(('reasons__contained_by', ['prompt', 'looks', 'text', 'anatomy', 'composition', 'artefacts'])), name='category_reasons')],
            },
        ),
        migrations.CreateModel(
            name='ImageModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('modalities', models.JSONField(default=list)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('shutdown_on', models.DateField(blank=True, null=True)),
                ('replaced_by', models.ManyToManyField(blank=True, related_name='replaces', to='catalog.imagemodel')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='image_models', to='catalog.organization')),
                ('from_file', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('description', models.CharField(help_text='What a prompt with this axis tests.', max_length=300)),
                ('position', models.PositiveSmallIntegerField(default=100)),
                ('active', models.BooleanField(default=True, help_text='Whether there are boards by this axis.')),
                ('edited', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'verbose_name_plural': 'axes',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.URLField(max_length=500)),
                ('seen_on', models.DateField()),
                ('kind', models.CharField(choices=[('overview', 'Overview'), ('strength', 'Strength'), ('limitation', 'Limitation'), ('technical_background', 'Technical background'), ('best_for', 'Best for'), ('capability', 'Capability')], max_length=24)),
                ('text', models.TextField()),
                ('image_model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='catalog.imagemodel')),
                ('value', models.PositiveSmallIntegerField(blank=True, help_text="Percent, on the source's own scale; for a capability on an axis.", null=True)),
                ('axis', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='catalog.axis')),
            ],
            options={
                'ordering': ['kind', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('axis', None), ('value', None)), models.Q(('axis__isnull', False), ('kind', 'capability'), ('value__lte', 100)), _connector='OR'), name='claim_estimate', violation_error_message='An estimate is a capability with an axis and a value from 0 to 100.')],
            },
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=200)),
                ('modalities', models.JSONField(blank=True, default=list, help_text='Empty: those of the model.')),
                ('image_model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offerings', to='catalog.imagemodel')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offerings', to='catalog.provider')),
                ('capabilities', models.JSONField(blank=True, default=dict)),
                ('edit_model_id', models.CharField(blank=True, max_length=200)),
                ('missing_since', models.DateField(blank=True, editable=False, null=True)),
                ('reported_shutdown_on', models.DateField(blank=True, editable=False, null=True)),
                ('shutdown_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['provider__name'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'image_model'), name='offering_unique')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.URLField(max_length=500)),
                ('seen_on', models.DateField()),
                ('key', models.SlugField(max_length=60)),
                ('value', models.CharField(max_length=300)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('image_model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='catalog.imagemodel')),
            ],
            options={
                'ordering': ['key', 'seen_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('image_model', 'key', 'value', 'source'), name='fact_unique')],
            },
        ),
        migrations.CreateModel(
            name='Contender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('settings', models.JSONField(blank=True, default=dict, validators=[arena.catalog.validators.validate_settings])),
                ('settings_hash', models.CharField(editable=False, max_length=64)),
                ('retired_on', models.DateField(blank=True, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('image_model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contenders', to='catalog.imagemodel')),
                ('offering', models.ForeignKey(blank=True, help_text='Where its images are generated; empty for imported images.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contenders', to='catalog.offering')),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('series', models.SlugField(allow_unicode=True, blank=True, max_length=80)),
                ('step', models.FloatField(blank=True, null=True)),
                ('retired_because', models.CharField(blank=True, help_text='Published in the log.', max_length=300)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('image_model', 'settings_hash'), name='contender_settings_unique'), models.CheckConstraint(condition=models.Q(models.Q(('series', ''), ('step__isnull', True)), models.Q(models.Q(('series', ''), _negated=True), ('step__isnull', False)), _connector='OR'), name='contender_step_in_series'), models.CheckConstraint(condition=django.db.models.lookups.Contains(django.db.models.fields.json.KeyTextTransform('template', 'settings'), '{prompt}'), name='contender_template_has_prompt', violation_error_message='The template among the settings needs {prompt} where the text goes.')],
            },
        ),
        migrations.CreateModel(
            name='Parameter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.URLField(max_length=500)),
                ('seen_on', models.DateField()),
                ('name', models.CharField(max_length=60)),
                ('type', models.CharField(max_length=40)),
                ('default', models.CharField(blank=True, max_length=80)),
                ('allowed', models.CharField(blank=True, max_length=300)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('image_model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parameters', to='catalog.imagemodel')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('image_model', 'name', 'source'), name='parameter_unique')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.URLField(max_length=500)),
                ('seen_on', models.DateField()),
                ('item', models.CharField(max_length=40)),
                ('unit', models.CharField(max_length=40)),
                ('quality', models.CharField(blank=True, max_length=20)),
                ('size', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(decimal_places=6, max_digits=12)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.offering')),
            ],
            options={
                'ordering': ['item', 'quality', 'size', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='price_not_negative'), models.UniqueConstraint(fields=('offering', 'item', 'unit', 'quality', 'size', 'source'), name='price_unique')],
            },
        ),
        migrations.CreateModel(
            name='Prompt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(max_length=32000)),
                ('language', models.CharField(default='en', max_length=12)),
                ('gloss', models.TextField(blank=True, help_text='English meaning, for operators.')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('play', 'In play'), ('open', 'Open')], default='draft', max_length=10)),
                ('scene', models.JSONField(blank=True, null=True, validators=[arena.catalog.validators.validate_scene])),
                ('note', models.CharField(blank=True, max_length=300)),
                ('licence', models.CharField(default='CC0-1.0', max_length=60)),
                ('source', models.CharField(blank=True, max_length=500)),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prompts', to='catalog.category')),
                ('superseded_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='catalog.prompt')),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('corrected_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('axes_edited', models.BooleanField(default=False, editable=False)),
                ('axes', models.ManyToManyField(blank=True, help_text='What the prompt tests.', related_name='prompts', to='catalog.axis')),
            ],
            options={
                'ordering': ['category__position', 'id'],
                'indexes': [models.Index(fields=['state', 'category'], name='prompt_state_category')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'play', 'open'])), name='prompt_state'), models.CheckConstraint(condition=models.Q(('superseded_by', models.F('id')), _negated=True), name='prompt_not_superseded_by_itself'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='prompt_has_text')],
            },
        ),
        migrations.CreateModel(
            name='SourceImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('source', 'Source'), ('mask', 'Mask')], default='source', max_length=6)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('storage_key', models.CharField(db_index=True, max_length=200)),
                ('media_type', models.CharField(max_length=40)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('byte_size', models.PositiveIntegerField()),
                ('licence', models.CharField(default='CC0-1.0', max_length=60)),
                ('origin', models.CharField(blank=True, max_length=500)),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_images', to='catalog.prompt')),
                ('given_sha256', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['prompt', 'role', 'position'],
                'constraints': [models.UniqueConstraint(fields=('prompt', 'role', 'position'), name='source_image_place_unique'), models.CheckConstraint(condition=models.Q(models.Q(('position__lt', 4), ('role', 'source')), models.Q(('position', 0), ('role', 'mask')), _connector='OR'), name='source_image_place')],
            },
        ),
        migrations.CreateModel(
            name='LogLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('added', 'Added'), ('retired', 'Retired'), ('returned', 'Returned'), ('shutdown', 'Shutdown announced'), ('price', 'Price changed'), ('axes', 'Axes changed')], max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('source', models.URLField(blank=True, max_length=500)),
                ('details', models.JSONField(default=dict)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('contender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='log_lines', to='catalog.contender')),
                ('image_model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='log_lines', to='catalog.imagemodel')),
            ],
            options={
                'ordering': ['-day', '-id'],
                'indexes': [models.Index(fields=['-day', '-id'], name='log_line_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['added', 'retired', 'returned', 'shutdown', 'price', 'axes'])), name='log_line_kind')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('missing', 'No longer listed'), ('shutdown', 'Shutdown date reported'), ('new', 'New model of a known family'), ('failed', 'The list could not be read')], max_length=10)),
                ('subject', models.CharField(blank=True, help_text="The provider's name of the model.", max_length=200)),
                ('text', models.CharField(max_length=300)),
                ('first_seen_at', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField()),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='catalog.provider')),
            ],
            options={
                'ordering': ['kind', 'provider__name', 'subject'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'kind', 'subject'), name='notice_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['missing', 'shutdown', 'new', 'failed'])), name='notice_kind')],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
