"""What an import would do, as data: made by `plan_import`, shown by command and staff page, then carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arena.generation.imports.reading.folder_files import Remark
from arena.generation.imports.reading.text_files import PromptRow

BY_CONTENDER, BY_PROMPT = "contender/prompt", "prompt/contender"
AS_SAMPLES, AS_PROMPTS = "sample", "prompt"
TEXT_TO_IMAGE, IMAGE_EDITING = "text-to-image", "image-editing"


@dataclass(frozen=True)
class Choices:
    """An operator's answers. Names of folders are as `tidy_name` returns them.

    `layout` is what folder and file name (empty: as it seems), `numbers` what a number at the end of a name counts.
    `encoding` is that of texts that are not in UTF-8 or UTF-16.
    `mapped` gives a folder a contender's slug or name, `merged` another folder's contender. `series` makes contenders
    steps of a series of this name; `steps` are those that names do not tell. `modality` is that of new prompts (empty:
    image editing if there are source images). `settings` tells whether metadata give contenders their settings,
    `sources` whether folders named so hold source images and masks.
    """

    layout: str = ""
    numbers: str = ""
    language: str = "en"
    encoding: str = ""
    skip_bad: bool = False
    mapped: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, PromptRow] | None = None
    series: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    modality: str = ""
    settings: bool = True
    sources: bool = True


@dataclass(frozen=True)
class Question:
    """What only a person can decide, and the options that answer it, each as (option, what it means)."""

    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlannedContender:
    """A contender of the import. `pk` is None if it is new; `full_name` is the folder's name, however long.

    A new one gets `settings`, and `step` on `series`; a known one stays as it is.
    """

    slug: str
    name: str
    full_name: str
    pk: int | None
    settings: Mapping[str, str | int | float] = field(default_factory=dict)
    series: str = ""
    step: float | None = None


@dataclass(frozen=True)
class PlannedSource:
    """A source image or mask of a prompt: its file and the hash of its bytes when it was checked."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class PlannedPrompt:
    """A prompt of the import. `pk` is None if it is new; `source` says where its text is from.

    `others` are texts that other places give, as (whose, text). A new prompt for an edit has `sources` and perhaps a
    `mask`. `frame` is the size of the first source, in whose shape an edit is shown.
    """

    key: str
    slug: str
    title: str
    text: str
    source: str
    pk: int | None
    category: str = ""
    language: str = "en"
    others: tuple[tuple[str, str], ...] = ()
    modality: str = TEXT_TO_IMAGE
    sources: tuple[PlannedSource, ...] = ()
    mask: PlannedSource | None = None
    frame: tuple[int, int] | None = None


@dataclass(frozen=True)
class PlannedPicture:
    """One picture: its file, its contender and prompt by slug, and its number among that pair's pictures.

    `seed` is a text of digits, or empty. `claimed` is what a manifest says that it took: `cost` in USD, `seconds`.
    """

    name: str
    path: Path
    sha256: str
    contender: str
    prompt: str
    sample: int
    is_known: bool = False
    seed: str = ""
    claimed: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The whole plan. `folders` gives each contender's folder the slug of its contender.

    `pairs` counts pairs of contenders over the prompts, `lonely` are the prompts without one. `undecided` are settings
    on which a contender's pictures do not agree; `unstepped` are folders beside a series whose names hold no step.
    """

    label: str
    folders: tuple[tuple[str, str], ...]
    contenders: tuple[PlannedContender, ...]
    prompts: tuple[PlannedPrompt, ...]
    pictures: tuple[PlannedPicture, ...]
    pairs: int
    lonely: tuple[str, ...]
    ignored: tuple[Remark, ...]
    problems: tuple[Remark, ...]
    questions: tuple[Question, ...]
    readings: tuple[Remark, ...]
    twins: tuple[tuple[str, ...], ...]
    duplicates: tuple[Remark, ...]
    undecided: tuple[Remark, ...] = ()
    unstepped: tuple[str, ...] = ()
    skip_bad: bool = False

    @property
    def new(self) -> tuple[PlannedPicture, ...]:
        """The pictures that are not imported yet."""
        return tuple(picture for picture in self.pictures if not picture.is_known)

    @property
    def settled(self) -> tuple[PlannedContender, ...]:
        """The contenders that the import gives settings or a step."""
        return tuple(each for each in self.contenders if each.settings or each.step is not None)

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands against importing it."""
        return not self.questions and (self.skip_bad or not self.problems)
