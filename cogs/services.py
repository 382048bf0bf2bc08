"""What a feature is handed: what is remembered, what is taught, and the ways to the models and to the schedule."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cogs.errors import CogsError
from cogs.messages import Picture
from cogs.recent import ModelKind, RecentLooks
from store import Store
from study.course import Course
from study.group import Place, Round


class ClassifierError(CogsError):
    """The model service could not answer; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a model of a table reads: some words (`values`, of which there are `count`), or numbers.

    `usual` is what is taken where nothing is given; `least` and `most` are the ends of what the model learned from.
    """

    name: str
    usual: str
    values: tuple[str, ...] = ()
    count: int = 0
    least: float = 0.0
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """A model: it looks at a picture, reads a row of a table, or knows who rates what (a pair: it can recommend).

    Of a row's `columns` those that decide most come first; of a pair's, who comes first and then what. `learns`: it
    can be told what a picture really shows.
    """

    name: str
    version: str = ""
    summary: str = ""
    labels: tuple[str, ...] = ()
    takes: Literal["picture", "row", "pair"] = "picture"
    columns: tuple[Column, ...] = ()
    learns: bool = True


@dataclass(frozen=True, slots=True)
class VisionResult:
    """What a model saw: `predictions` of (label, probability), likeliest first. `confident`: past its threshold.

    Of kind "regression" there are `values` instead, by name; of kind "segmentation" a prediction is a label's share of
    the picture, and `mask` shows where each is.
    """

    model: str
    version: str
    predictions: tuple[tuple[str, float], ...]
    confident: bool = True
    notes: tuple[str, ...] = ()
    saliency: Picture | None = None
    kind: ModelKind = "single-label"
    values: tuple[tuple[str, float], ...] = ()
    mask: Picture | None = None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What a model tells of a row: `predictions` of (label, probability), likeliest first, or `values` by name."""

    model: str
    version: str
    predictions: tuple[tuple[str, float], ...] = ()
    values: tuple[tuple[str, float], ...] = ()
    confident: bool = True
    notes: tuple[str, ...] = ()


class Classifier(Protocol):
    """The way to the model service."""

    async def loaded(self) -> None:
        """Wait while the models are being loaded, for as long as somebody who asked may be kept waiting."""

    async def models(self) -> Sequence[Model]:
        """The models on offer, with some of the values that their columns have. Raises ClassifierError."""

    async def model(self, name: str) -> Model:
        """One model, with every value of its columns. Raises ClassifierError."""

    def known(self) -> Sequence[Model]:
        """The models that were on offer when they were last asked for; none before that."""

    async def predict(self, model: str, cells: Mapping[str, str]) -> RowResult:
        """What the model tells of a row. Raises ClassifierError."""

    async def recommend(self, model: str, who: str, leave_out: Sequence[str], count: int) -> RowResult:
        """What somebody would rate highest, as `values` of (what, rating), highest first. Raises ClassifierError."""

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> VisionResult:
        """What the model sees in the picture; with `explain`, where it looked. Raises ClassifierError."""

    async def correct(self, model: str, picture: Picture, label: str, giver: str = "") -> None:
        """Keep the picture with what it really shows, as its owner agreed to. Raises ClassifierError.

        Several labels are parted by semicolons, numbers are "name = value" so parted, of a mask it is "right" or
        "wrong"; an empty `label` is none of what the model knows. `giver` is a hash by which it is found when they are
        deleted.
        """


Belongs = Callable[[Place, str], Awaitable[bool]]

TrainingState = Literal["idle", "running", "done", "failed", "stopped", "published"]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a training is: its stage, the share of that which is done, and of a stage in epochs which one it is at."""

    stage: str = ""
    share: float = 0.0
    epoch: int = 0
    of_epochs: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What ended a training: a sentence in English, and what it says by a name and its values where it has one."""

    sentence: str = ""
    name: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A picture whose label a trained model doubts: what it says instead, and how likely it finds the label."""

    picture: str
    label: str
    predicted: str
    probability: float


@dataclass(frozen=True, slots=True)
class Training:
    """How far a training is. `counts`: pictures by label; `nothing`: those that show none of what the model knows.

    Once it is done, `accuracy` is for the pictures held back (None where it has none), `pictures` show more, and
    `compared` says how many of them it gets right that the version which answers does not, and the other way round;
    `doubtful` are the pictures whose labels it doubts, the most doubtful first.
    """

    model: str
    state: TrainingState = "idle"
    version: str = ""
    step: Step = field(default_factory=Step)
    fault: Fault = field(default_factory=Fault)
    accuracy: float | None = None
    compared: tuple[int, int] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    doubtful: tuple[Doubt, ...] = ()
    kind: ModelKind = "single-label"
    nothing: int = 0


@dataclass(frozen=True, slots=True)
class Contender:
    """One of two models that were compared: right on so many pictures, from `low` to `high` of all with 95% certainty.

    On so many it `alone` is right; `better` where that cannot be chance.
    """

    model: str
    version: str
    right: int
    low: float
    high: float
    alone: int
    better: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two models before the same pictures, of which so many were `seen`.

    `p`: how likely so uneven a result would be if both were equally good. `on`: handwriting that is held out, or what
    members gave to teach one of them.
    """

    models: tuple[Contender, Contender]
    seen: int
    p: float
    on: Literal["handwriting", "given"]
    picture: Picture | None = None


class Trainer(Protocol):
    """The way to have models trained and compared. All of it raises ClassifierError."""

    async def collect(self, model: str, label: str, picture: Picture, giver: str) -> Training:
        """Keep a picture that somebody agreed to give; `giver` is a hash by which it is found when they are deleted."""

    async def training(self, model: str) -> Training:
        """How far it is."""

    async def start(self, model: str) -> Training:
        """Train from all that was collected and corrected."""

    async def stop(self, model: str) -> Training:
        """Call it off."""

    async def attempt(self, model: str, picture: Picture) -> VisionResult:
        """What the model sees that was trained, and may wait to be published."""

    async def picture(self, model: str, picture: str) -> Picture:
        """One of the pictures that were given, by the name it has in a `Doubt`."""

    async def settle(self, model: str, picture: str, label: str) -> Training:
        """A picture was looked at, and shows this; without a label it goes."""

    async def publish(self, model: str) -> Training:
        """Let what was trained answer."""

    async def roll_back(self, model: str) -> str:
        """Let the version answer that answered before; which one."""

    async def comparable(self) -> Mapping[str, Sequence[str]]:
        """With which others each model can be compared."""

    async def compare(self, model: str, other: str) -> Compared:
        """How two models do before the same pictures."""

    async def forget(self, giver: str) -> None:
        """Remove all that somebody gave."""


AdviceVerdict = Literal["right", "half", "wrong"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What a language model thinks of an answer that waits for an organiser, and why; `by` is the model's name."""

    verdict: AdviceVerdict
    why: str
    by: str


PostNow = Callable[[int], Awaitable[Round | None]]


async def no_picture(course: str, name: str) -> bytes | None:
    """Of courses without pictures."""
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """All that a feature may use: what is remembered, what is taught, and who can see.

    `post_now` opens a group's next round at once, outside the weekly times; None if one was opened this very minute.
    """

    store: Store
    courses: Mapping[str, Course]
    classifier: Classifier
    post_now: PostNow
    looks: RecentLooks = field(default_factory=RecentLooks)
    nearness: Callable[[str, str], Awaitable[float]] | None = None
    adviser: Callable[[str, str, str], Awaitable[Advice | None]] | None = None
    """Who advises organisers on an answer, by question, reference and answer; None where nobody was named."""
    organisers: frozenset[str] = frozenset()
    """Who organises every group because whoever runs the bot named them: a platform, a colon and their id there."""
    page_url: str = ""
    """Where people reach the page; empty where none is served that they could reach."""
    belongs: dict[str, Belongs] = field(default_factory=dict)
    """By platform: whether somebody is still where a place is. Where a platform has no such way, they are."""
    trainer: Trainer | None = None
    """The way to have models trained and compared; None where another server runs them."""
    pictures: Callable[[str, str], Awaitable[bytes | None]] = no_picture
    """The bytes of a course's picture, by the course's id and the picture's name; None where it is gone."""
