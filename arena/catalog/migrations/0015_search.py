"""What a search reads: the words of names and prompts without accents and case, in columns that the database fills.

Django does not know these columns, so that nothing but a search ever loads them.
"""

from django.db import migrations

# Written for a database of any locale: with C, as embedded, PostgreSQL itself knows letters of ASCII only. Each body is
# bound when it is made (BEGIN ATOMIC), so that no search_path changes what an index holds.
FUNCTIONS = r"""
CREATE FUNCTION catalog_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- Letters lose their marks (accents, Arabic vowels); kana, which would lose their voice, are put together again.
    SELECT normalize(replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036f\u0640\u064b-\u065f\u0670]', '', 'g')),
        'ØøŁłĐđĦħıŒÆÞẞΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ',
        'oollddhhiœæþßαβγδεζηθικλμνξοπρστυφχψωσабвгдежзиклмнопрстуфхцчшщъыьэюя'
    ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), NFKC);
END;

CREATE FUNCTION catalog_words_apart(folded text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- One space between words, at the ends too; control characters, punctuation and symbols of any script are none.
    SELECT regexp_replace(
        ' ' || folded || ' ',
        '[\u0001-/:-@\[-`{-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u0589\u05be\u05c0\u05c3\u060c\u061b\u061f'
        '\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe6f'
        '\ufff0-\uffff\U0001f000-\U0001faff]+', ' ', 'g'
    );
END;

CREATE FUNCTION catalog_squash(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT replace(catalog_words_apart(catalog_fold(given)), ' ', '');
END;

CREATE FUNCTION catalog_pieces(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- Whole words; of scripts that write without spaces (Chinese, Japanese, Thai, …) every two letters that are
    -- neighbours, and the last one.
    SELECT array(
        SELECT DISTINCT left(piece, 60) FROM (
            SELECT string_to_table(catalog_words_apart(regexp_replace(
                folded,
                '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff'
                '\uf900-\ufaff\U00020000-\U0003ffff]+', ' ', 'g'
            )), ' ') AS piece
            UNION ALL
            SELECT letter || coalesce(lead(letter) OVER (PARTITION BY number ORDER BY place), '')
            FROM regexp_matches(
                folded,
                '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff'
                '\uf900-\ufaff\U00020000-\U0003ffff]+', 'g'
            ) WITH ORDINALITY AS runs (run, number), string_to_table(run[1], NULL) WITH ORDINALITY AS letters (letter, place)
        ) AS pieces WHERE piece <> ''
    );
END;

CREATE FUNCTION catalog_name_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- A name from each of its words on, written as one: "FLUX.2 dev" as flux2dev, 2dev and dev. So the beginning of
    -- any of them finds it, however the name is spaced; digits are words of their own.
    SELECT array_to_tsvector(catalog_pieces(folded) || array(
        SELECT DISTINCT left(array_to_string(words[place:], ''), 60) FROM generate_subscripts(words, 1) AS place
    ))
    FROM catalog_fold(left(given, 1000)) AS folded, string_to_array(trim(catalog_words_apart(
        regexp_replace(regexp_replace(folded, '([^0-9])([0-9])', '\1 \2', 'g'), '([0-9])([^0-9])', '\1 \2', 'g')
    )), ' ') AS words;
END;

CREATE FUNCTION catalog_prompt_words(given text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- Words as they stand, and their stems where PostgreSQL knows those of the language.
    SELECT array_to_tsvector(catalog_pieces(folded)) || CASE split_part(language, '-', 1)
        WHEN 'ar' THEN strip(to_tsvector('arabic', folded))
        WHEN 'de' THEN strip(to_tsvector('german', folded))
        WHEN 'en' THEN strip(to_tsvector('english', folded))
        WHEN 'es' THEN strip(to_tsvector('spanish', folded))
        ELSE ''::tsvector
    END
    FROM catalog_fold(left(given, 40000)) AS folded;
END;

CREATE FUNCTION catalog_wanted(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- What begins as the word does, written as one or in its pieces, or has its stem in a language.
    SELECT coalesce((quote_literal(nullif(left(replace(catalog_words_apart(folded), ' ', ''), 60), '')) || ':*')::tsquery
        || (SELECT string_agg(quote_literal(piece) || ':*', ' & ') FROM unnest(catalog_pieces(folded)) AS piece)::tsquery
        || plainto_tsquery('arabic', folded) || plainto_tsquery('german', folded)
        || plainto_tsquery('english', folded) || plainto_tsquery('spanish', folded), ''::tsquery)
    FROM catalog_fold(left(word, 200)) AS folded;
END;

CREATE FUNCTION catalog_is_filler(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- Such as "the" and "und", which PostgreSQL leaves out of a text of that language.
    SELECT numnode(plainto_tsquery('arabic', folded)) = 0 OR numnode(plainto_tsquery('german', folded)) = 0
        OR numnode(plainto_tsquery('english', folded)) = 0 OR numnode(plainto_tsquery('spanish', folded)) = 0
    FROM catalog_fold(left(word, 200)) AS folded;
END;

CREATE FUNCTION catalog_distance(squashed text, words text[]) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- How far a squashed name is from squashed words: 0 the same, 1 begins so, 2 holds them in a row, then 3 and one
    -- for each word that it does not hold.
    SELECT CASE
        WHEN squashed = wanted THEN 0
        WHEN starts_with(squashed, wanted) THEN 1
        WHEN strpos(squashed, wanted) > 0 THEN 2
        ELSE 3 + (SELECT count(*)::integer FROM unnest(words) AS word WHERE strpos(squashed, word) = 0)
    END
    FROM array_to_string(words, '') AS wanted;
END;
"""

BACK = """
DROP FUNCTION catalog_distance, catalog_is_filler, catalog_wanted, catalog_prompt_words, catalog_name_words,
    catalog_pieces, catalog_squash, catalog_words_apart, catalog_fold;
"""


# Of each table: what its words are made of, and its name.
COLUMNS = {
    "catalog_organization": ("catalog_name_words(name || ' ' || slug)", "name"),
    "catalog_imagemodel": ("catalog_name_words(name || ' ' || slug)", "name"),
    "catalog_contender": ("catalog_name_words(name || ' ' || slug)", "name"),
    "catalog_offering": ("catalog_name_words(model_id)", "model_id"),
    "catalog_category": ("catalog_name_words(name || ' ' || slug || ' ' || criterion || ' ' || description)", "name"),
    "catalog_prompt": ("catalog_prompt_words(title || ' ' || text, language)", "title"),
}


def add_columns(table: str, words: str, name: str) -> migrations.RunSQL:
    """Add the two columns to a table, with the index by which words are found."""
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ADD words tsvector GENERATED ALWAYS AS ({words}) STORED,
            ADD squashed text GENERATED ALWAYS AS (catalog_squash({name})) STORED;
        CREATE INDEX {table}_words ON {table} USING gin (words);
        """,
        f"ALTER TABLE {table} DROP words, DROP squashed",
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_axes")]

    operations = [
        migrations.RunSQL(FUNCTIONS, BACK),
        *(add_columns(table, *made_of) for table, made_of in COLUMNS.items()),
    ]
