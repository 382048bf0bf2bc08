"""Models from what people bring: pictures collected in chat, a training watched, its card seen, published or not."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, Literal, assert_never

from cogs.announcing import Announcement
from cogs.asked import member_of, who
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Ask,
    Bar,
    Bars,
    Block,
    Button,
    Card,
    CommandRef,
    Fields,
    Form,
    FormField,
    Image,
    Refusal,
    Reply,
    Text,
    Tone,
    say,
    spans,
)
from cogs.services import ClassifierError, Services, Step, Trainer, Training
from study.texts import _, n_, noop, percent_text

MOST_LABEL: Final = 30  # bytes: it travels in a button
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


def trainer_of(services: Services) -> Trainer:
    """The way to have models trained and compared. Raises ClassifierError where another server runs them."""
    if services.trainer is None:
        raise ClassifierError(
            _("Models are trained and compared only by the bot's own model service, and another one is set here.")
        )
    return services.trainer


async def giver_of(ask: Ask, services: Services) -> str:
    """Whose a picture is that they give, as a hash; empty for whoever is in no group."""
    group = await services.store.groups.at(ask.place)
    if group is None:
        return ""
    return services.store.privacy.giver((await member_of(ask, services, group)).id)


def label_of(text: str) -> str:
    """What a picture is said to show, as it is kept; empty where it cannot be one."""
    label = " ".join(text.split())
    return label if len(label.encode()) <= MOST_LABEL and label.isprintable() else ""


def named(text: str) -> str:
    """What a model may be called. Raises a Refusal where it may not."""
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise Refusal(_("A model's name has a to z, 0 to 9 and dashes, at most 30 of them."))
    return name


# --- collecting --------------------------------------------------------------------------------------------------


async def collect(ask: Ask, services: Services) -> Reply:
    """`/model collect`: asks everybody for pictures of one thing; one that came along is kept at once."""
    name, label = named(ask.text("model")), label_of(ask.text("label"))
    pressed = give(name, label)
    trainer, picture = trainer_of(services), ask.picture("image")
    found = await trainer.training(name)
    if picture is not None:
        found = await trainer.collect(name, label, picture, await giver_of(ask, services))
    wanted = _("Pictures of {label} are wanted, for the model {model} to learn from.", label=label, model=name)
    blocks: list[Block] = [Text(wanted)]
    if found.counts:
        blocks.append(_counted(found))
    button = Button(_("Give a picture …"), pressed, "primary")
    return Reply(wanted, (Card("", tuple(blocks), (button,), footer=_when(name)),))


def _when(name: str) -> Text:
    return Text(*spans(_("With a few of each, an organiser sends {train}."), train=CommandRef("model train", name)))


def _counted(found: Training) -> Block:
    pairs = [(label, str(count)) for label, count in found.counts.items()]
    if found.nothing:
        pairs.append((_("none of these (not learned from)"), str(found.nothing)))
    return Fields(tuple(pairs))


def _wanted(ask: Ask) -> tuple[str, str]:
    """The model and the label that a button carries."""
    name, packed = ask.args[:2]
    try:
        return name, base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(_("This button is not one of mine.")) from None


def consent() -> str:
    """What becomes of a picture that is given: said before it is, for sending it is the consent."""
    return _(
        "Only give what you took yourself or may give away. A model learns from the pixels; nothing else is kept. The"
        " picture is deleted with your data; a model that has learned from it stays, without the picture."
    )


def give(model: str, label: str) -> ActionId:
    """The button that asks for a picture of this. Raises a Refusal where that cannot be a model's name or a label."""
    model, said = named(model), label_of(label)
    if not said:
        raise Refusal(_("Say in a word or two what the pictures show."))
    packed = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    return ActionId("training.give", (model, packed))


async def open_give(ask: Ask, _services: Services) -> Form:
    """Asks for the picture, and says what becomes of it."""
    _name, label = _wanted(ask)
    field = FormField("picture", _("The picture"), "picture")
    title = _("A picture of {label}", label=label)
    return Form(title[:45], ActionId("training.given", ask.args), (field,), intro=consent(), submit=_("Give it"))


async def given(ask: Ask, services: Services) -> Reply:
    """The picture, given with consent."""
    name, label = _wanted(ask)
    picture = ask.picture("picture")
    if picture is None:
        return Reply(_("Nothing was kept."), faults={"picture": _("Give me a picture to look at.")})
    asked = await who(ask, services)
    giver = services.store.privacy.giver(asked.member.id)
    found = await trainer_of(services).collect(name, label, picture, giver)
    count = found.counts.get(label, 0)
    thanks = n_(
        "Thank you. That makes {count} picture of {label}.",
        "Thank you. That makes {count} pictures of {label}.",
        count,
        label=label,
    )
    return say(thanks, tone="good")


# --- training ----------------------------------------------------------------------------------------------------


async def train(ask: Ask, services: Services) -> Reply:
    """`/model train`: learns from all that was collected and corrected, and has the channel told how far it is."""
    name, trainer = named(ask.text("model")), trainer_of(services)
    found = await trainer.training(name)
    if found.state == "running":
        return shown(found)
    if found.kind == "single-label" and len(found.counts) < 2:
        raise Refusal(
            _("{model} needs pictures of two things at least.", model=name),
            *spans(_("Ask for some with {collect}."), collect=CommandRef("model collect")),
        )
    found = await trainer.start(name)
    if ask.hindrance:  # nothing can be posted there
        return shown(found)
    told = Announcement.begun(name, ask.place, ask.at)
    await services.store.facts.set(told.fact, told.written())
    return say(
        _("{model} {version} begins to learn.", model=name, version=found.version),
        *spans(
            _("A message in the channel shows how far it is, and so does {status}."),
            status=CommandRef("model status", name),
        ),
        tone="good",
    )


async def status(ask: Ask, services: Services) -> Reply:
    """`/model status`: how far it is, or what it came to."""
    return shown(await trainer_of(services).training(named(ask.text("model"))))


async def look(ask: Ask, services: Services) -> Reply:
    """The same, in place of what was shown before."""
    return shown(await trainer_of(services).training(ask.args[0]))


def shown(found: Training) -> Reply:
    """A training as a card, with what may be done about it."""
    name, buttons = found.model, list[Button]()
    blocks: list[Block] = [_counted(found)] if found.counts else []
    match found.state:
        case "running":
            said = _("{model} {version} is learning …", model=name, version=found.version)
            blocks.append(Bars((Bar(_stage(found.step), found.step.share, percent_text(found.step.share)),)))
            buttons = [_button(_("How far is it?"), "look", name), _button(_("Stop it"), "stop", name, "danger")]
        case "done":
            said = _("{model} {version} has learned, and waits to be published.", model=name, version=found.version)
            blocks += _card(found)
            buttons = [_button(_("Publish"), "publish", name, "primary"), _button(_("Not yet"), "later", name)]
            buttons += _looks(found)
        case "failed":
            said = _("{model} could not be trained.", model=name)
            blocks.append(Text(_fault(found)))
        case "stopped":
            said = _("The training of {model} was stopped, and nothing of it is kept.", model=name)
        case "published":
            said = _("{model} {version} is published: it answers from now on.", model=name, version=found.version)
            blocks += _card(found)
            buttons = _looks(found)
        case "idle":
            said = _("{model} was never trained here.", model=name)
        case _:
            assert_never(found.state)
    tone: Tone = "good" if found.state in {"done", "published"} else "notice"
    return Reply(said, (Card(said, tuple(blocks), tuple(buttons), tone),))


def _looks(found: Training) -> list[Button]:
    """What an organiser may look at before they decide."""
    looks = [Button(_("Try a picture …"), ActionId("trained.try", (found.model,)))]
    if found.doubtful:
        label = n_("{count} doubtful picture …", "{count} doubtful pictures …", len(found.doubtful))
        looks.append(Button(label, ActionId("trained.doubt", (found.model,))))
    return looks


def _stage(step: Step) -> str:
    """What is being done, in the reader's language."""
    counted = {"epoch": step.epoch, "of": step.of_epochs}
    match step.stage:
        case "opening":
            return _("Every picture is looked at")
        case "rate":
            return _("A learning rate is looked for")
        case "head":
            return _("The new head learns alone, epoch {epoch} of {of}", **counted)
        case "learning":
            return _("The network learns, epoch {epoch} of {of}", **counted)
        case "measuring" | "asking":  # the labels that it doubts are measured too
            return _("It is measured on the pictures held back")
        case "comparing":
            return _("It is compared with the version that answers")
    return _("It begins")


def _fault(found: Training) -> str:
    """What ended it, in the reader's language; the service's own sentence where it is a rare one."""
    fault = found.fault
    label = fault.values.get("label", "")
    match fault.name:
        case "one-label":
            return _("{model} needs pictures of two things at least.", model=found.model)
        case "few-pictures":
            return n_(
                "There is only {count} picture to learn from, the same twice counting once: four are needed.",
                "There are only {count} pictures to learn from, the same twice counting once: four are needed.",
                int(fault.values.get("count", 0)),
            )
        case "few-of-label":
            return _("Of {label} there is one picture only, the same twice counting once: give two.", label=label)
        case "label-no-folder":
            return _("{label} cannot be learned as a name: collect those pictures under another one.", label=label)
        case "masks-judged":
            return _("Masks are only called right or wrong in chat, and that teaches nothing: train it on a computer.")
        case "no-memory":
            return _("The machine of the model service has not enough memory to train it.")
        case "no-room":
            return _("There is no room left on the disk of the model service.")
        case "ended":
            return _("It was ended from outside: start it again, and tell whoever runs the bot if that recurs.")
    return fault.sentence


def _button(label: str, action: str, name: str, style: Literal["plain", "primary", "danger"] = "plain") -> Button:
    return Button(label, ActionId(f"training.{action}", (name,)), style)


def _card(found: Training) -> list[Block]:
    blocks: list[Block] = []
    if found.accuracy is not None:
        told = _("It is right on {share} of the pictures held back.", share=percent_text(found.accuracy))
        blocks.append(Text(told))
    if found.compared is not None:
        fixed, regressed = (str(count) for count in found.compared)
        told = _(
            "Beside the version before, on pictures held back now: right on {fixed} more, wrong on {regressed} that the"
            " other had right. The other may have learned from some of them.",
            fixed=fixed,
            regressed=regressed,
        )
        blocks.append(Text(told))
    return [*blocks, *(Image(picture) for picture in found.pictures)]


async def stop(ask: Ask, services: Services) -> Reply:
    """Calls it off."""
    return shown(await trainer_of(services).stop(ask.args[0]))


async def publish(ask: Ask, services: Services) -> Reply:
    """Lets it answer, once it has answered in a process of its own."""
    return shown(await trainer_of(services).publish(ask.args[0]))


async def later(ask: Ask, _services: Services) -> Reply:
    """Leaves it as it is."""
    told = _("Nothing changes: the version before goes on answering.")
    return say(told, *spans(_("{status} shows this one again."), status=CommandRef("model status", ask.args[0])))


async def roll_back(ask: Ask, services: Services) -> Reply:
    """`/model rollback`: lets the version answer that answered before."""
    name = named(ask.text("model"))
    version = await trainer_of(services).roll_back(name)
    return say(_("{model} {version} answers again.", model=name, version=version), tone="good")


_MODEL: Final = Option("model", noop("The model's name, such as leaves"), max_length=MOST_LABEL)

cog = Cog(
    "training",
    noop("Models that learn from your pictures"),
    commands=(
        Command(
            "model collect",
            noop("Ask the group for pictures of one thing"),
            collect,
            (
                _MODEL,
                Option("label", noop("What the pictures show"), max_length=MOST_LABEL),
                Option("image", noop("A picture of your own to begin with"), "picture", required=False),
            ),
            private=False,
            organiser=True,
        ),
        Command("model train", noop("Train from what was collected and corrected"), train, (_MODEL,), organiser=True),
        Command("model status", noop("How far a training is, or what it came to"), status, (_MODEL,), organiser=True),
        Command("model rollback", noop("Let the version before answer again"), roll_back, (_MODEL,), organiser=True),
    ),
    actions=(
        Action("training.give", open_give, opens_form=True, takes=("word", "word")),
        Action("training.given", given, takes=("word", "word")),
        Action("training.look", look, organiser=True, replaces=True, takes=("word",)),
        Action("training.stop", stop, organiser=True, replaces=True, takes=("word",)),
        Action("training.publish", publish, organiser=True, replaces=True, takes=("word",)),
        Action("training.later", later, organiser=True, replaces=True, takes=("word",)),
    ),
)
