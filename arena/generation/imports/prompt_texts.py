"""Where the text of each prompt comes from: manifest, text file, list, metadata, catalogue, or file name."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext, gettext_noop

from arena.catalog.prompt_sets.missing_fields import make_slug, make_title
from arena.generation.imports.grouping import Piece
from arena.generation.imports.holdings import KnownPrompt, KnownPrompts
from arena.generation.imports.import_plan import TEXT_TO_IMAGE, PlannedPrompt
from arena.generation.imports.particulars.edit_sources import PromptPictures
from arena.generation.imports.reading.naming import MAX_PROMPT_SLUG, other_slug, prompt_slug
from arena.generation.imports.reading.text_files import PromptList, PromptRow

MANIFEST, TEXT_FILE = gettext_noop("the manifest"), gettext_noop("a text file")
LIST, METADATA = gettext_noop("the list of prompts"), gettext_noop("the picture's metadata")
CATALOGUE, FILE_NAME = gettext_noop("the catalogue"), gettext_noop("the file name")
RANKS = (MANIFEST, TEXT_FILE, LIST, METADATA)


@dataclass(frozen=True)
class Claim:
    """A text that something gives for a picture's prompt. `whose` names the file or contender for people."""

    source: str
    whose: str
    text: str
    row: PromptRow | None = None


def best_claim(claims: Sequence[Claim]) -> Claim | None:
    """Return the claim of the highest rank; of several, the text that most give, then the first."""
    for source in RANKS:
        ranked = [claim for claim in claims if claim.source == source and claim.text]
        if ranked:
            counts = Counter(claim.text for claim in ranked)
            return max(ranked, key=lambda claim: counts[claim.text])
    return None


@dataclass(frozen=True)
class Asked:
    """What prompts of an import ask for: their modality, where that is known, and the pictures of each key."""

    modality: str = ""
    pictures: Mapping[str, PromptPictures] = field(default_factory=dict)

    def of(self, key: str) -> PromptPictures:
        """Return the source images of a key; none where nothing is an edit."""
        return self.pictures.get(key) or PromptPictures()

    def fits(self, key: str, prompt: KnownPrompt) -> bool:
        """Tell whether a prompt of the catalogue asks for the same."""
        own = self.of(key).identity
        return self.modality in ("", prompt.modality) and own in ("", prompt.pictures)


def settle_prompts(
    pieces: Sequence[Piece], claims: Mapping[str, Sequence[Claim]], *, known: KnownPrompts,
    placed: Mapping[str, int], listed: PromptList, label: str, language: str, asked: Asked,
) -> dict[str, PlannedPrompt]:  # fmt: skip
    """Return the prompt of each key. `claims` are by file, `placed` gives the prompts of files imported already.

    Keys with the same text get the same prompt, if they have the same source images, too.
    """
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.key].append(piece)
    settled: dict[str, PlannedPrompt] = {}
    by_identity: dict[str, PlannedPrompt] = {}
    taken: dict[str, str] = {}
    for key in sorted(groups):
        group = groups[key]
        own = [claim for piece in group for claim in claims.get(piece.name, ())]
        if row := _row(group[0], listed):
            own.append(Claim(LIST, gettext(LIST), row.text, row))
        found = {placed[piece.name] for piece in group if piece.name in placed}
        before = known.get(min(found)) if found else None
        prompt = _settle(group, own, before, known, label, language, asked)
        about = f"{prompt.language}\n{prompt.text}\n{asked.of(key).identity}"
        identity = f"#{prompt.pk}" if prompt.pk is not None else about
        twin = by_identity.get(identity)
        if twin is None:
            prompt = _with_free_slug(prompt, known, taken, asked.of(key).identity)
            taken[prompt.slug] = by_identity.setdefault(identity, prompt).slug
        settled[key] = twin or prompt
    return settled


def _row(piece: Piece, listed: PromptList) -> PromptRow | None:
    return listed.find(slug=prompt_slug(piece.words), number=piece.number)


def _settle(
    group: Sequence[Piece], claims: Sequence[Claim], before: KnownPrompt | None, known: KnownPrompts, label: str,
    language: str, asked: Asked,
) -> PlannedPrompt:  # fmt: skip
    """Find the prompt of pictures of one key in the catalogue, or make a new one."""
    key, pictures = group[0].key, asked.of(group[0].key)
    best = best_claim(claims)
    is_named = not group[0].key.startswith(("text:", "number:"))
    row = best.row if best and best.row else PromptRow({})
    slug = prompt_slug(row.slug) if row.slug else group[0].key
    found = before or (known.by_slug(slug) if row.slug or is_named else None)
    if found and before is None and best and best.source in (MANIFEST, LIST) and not _same(best.text, found.text):
        # Manifest and list are the operator's own words: a prompt of this name with another text is another prompt.
        found = None
    if found and before is None and not asked.fits(key, found):
        found = None
    by_text = known.by_text(best.text, pictures.identity) if found is None and best else None
    if by_text and not asked.fits(key, by_text):
        by_text = None
    if (chosen := found or by_text) is not None:
        source = best.source if by_text and best else CATALOGUE
        return PlannedPrompt(
            key=group[0].key, slug=chosen.slug, title=chosen.title, text=chosen.text, source=source, pk=chosen.pk,
            language=chosen.language, others=_others(claims, chosen.text), modality=chosen.modality,
            frame=chosen.frame,
        )  # fmt: skip
    text = best.text if best else text_of_name(group[0].words)
    lang = row.language or language
    return PlannedPrompt(
        key=group[0].key, slug=slug if row.slug or is_named else _new_slug(group[0], text, lang, label),
        title=row.title or make_title(text), text=text, source=best.source if best else FILE_NAME, pk=None,
        category=row.category, language=lang, others=_others(claims, text),
        modality=asked.modality or TEXT_TO_IMAGE, sources=pictures.sources, mask=pictures.mask, frame=pictures.frame,
    )  # fmt: skip


def text_of_name(words: str) -> str:
    """Return a file name's words as a text: with spaces, its first letter capital."""
    text = words if " " in words else " ".join(words.replace("-", " ").replace("_", " ").split()) or words
    return text[:1].upper() + text[1:]


def _new_slug(piece: Piece, text: str, language: str, label: str) -> str:
    """Return the slug of a prompt without a name of its own; a number says something in its folder only."""
    if piece.key.startswith("number:"):
        return other_slug(f"{label}\n{piece.number}", f"prompt-{piece.number}", MAX_PROMPT_SLUG)
    return make_slug(text, language)


def _with_free_slug(
    prompt: PlannedPrompt, known: KnownPrompts, taken: Mapping[str, str], identity: str
) -> PlannedPrompt:
    if prompt.pk is not None or (prompt.slug not in known.slugs and prompt.slug not in taken):
        return prompt
    whole = f"{prompt.language}\n{prompt.text}" + (f"\n{identity}" if identity else "")
    return replace(prompt, slug=other_slug(whole, prompt.slug, MAX_PROMPT_SLUG))


def _others(claims: Sequence[Claim], text: str) -> tuple[tuple[str, str], ...]:
    """Return other texts than the one taken, each once, with the first that gives it."""
    found: dict[str, str] = {}
    for claim in claims:
        if claim.text and not _same(claim.text, text):
            found.setdefault(claim.text, claim.whose)
    return tuple((whose, other) for other, whose in found.items())


def _same(first: str, second: str) -> bool:
    return first.split() == second.split()
