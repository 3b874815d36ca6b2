from django.db import migrations

# Which provider made the calls that there are is known from the contender; their sums follow.
FILL = """
UPDATE generation_attempt SET provider_id = catalog_offering.provider_id
FROM generation_generation, catalog_contender, catalog_offering
WHERE generation_generation.id = generation_attempt.generation_id
    AND catalog_contender.id = generation_generation.contender_id
    AND catalog_offering.id = catalog_contender.offering_id;

INSERT INTO generation_spending (run_id, provider_id, day, amount)
SELECT run_id, provider_id, day, sum(charge) FROM (
    SELECT generation_generation.run_id, generation_attempt.provider_id,
        (generation_attempt.started_at AT TIME ZONE 'UTC')::date AS day,
        CASE WHEN billed = 'no' THEN 0 ELSE coalesce(cost, cost_reserved) END AS charge
    FROM generation_attempt JOIN generation_generation ON generation_generation.id = generation_attempt.generation_id
) AS charges
GROUP BY GROUPING SETS ((run_id), (provider_id, day), (day))
HAVING sum(charge) > 0 AND NOT (GROUPING(provider_id) = 0 AND provider_id IS NULL);
"""


class Migration(migrations.Migration):

    dependencies = [('generation', '0006_spending')]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
