"""A group's marks as examples of the pack that it reads, on disk; what was taken in is kept, to be taken out again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import BotError
from bot.packs.library import read_files, shown
from store.durable import write_durably
from study.packs import load_pack
from study.packs.adopting import Adopted, Example, with_examples, without_examples
from study.packs.splicing import NotSpliced


class NotAdopted(BotError):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Adopting:
    """A pack's folder, and the file that remembers which examples a group's marks brought into it."""

    folder: Path
    record: Path

    def take_in(self, examples: Sequence[Example]) -> Adopted:
        """Write examples into the pack. Raises NotAdopted, PackFaults; then nothing was changed."""
        before = self.remembered()
        made = self._made(lambda files: with_examples(files, examples))
        self._remember((*before, *made.done))
        self._write(made)
        return made

    def take_out(self) -> Adopted:
        """Take out of the pack what was taken in. Raises NotAdopted, PackFaults; then nothing was changed."""
        made = self._made(lambda files: without_examples(files, self.remembered()))
        self._write(made)
        self._remember(())
        return made

    def remembered(self) -> tuple[Example, ...]:
        """What was taken in. Raises NotAdopted where the record cannot be read."""
        try:
            return tuple(Example(**one) for one in json.loads(self.record.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError) as error:
            raise NotAdopted(f"{shown(self.record)} cannot be read ({error}); nothing was changed.") from None

    def _made(self, change: Callable[[Mapping[str, str]], Adopted]) -> Adopted:
        files = read_files(self.folder)
        try:
            made = change(files)
        except NotSpliced as error:
            raise NotAdopted(str(error)) from None
        load_pack(files | dict(made.files))
        return made

    def _remember(self, examples: Sequence[Example]) -> None:
        self._written(self.record, json.dumps([asdict(one) for one in examples], ensure_ascii=False, indent=1))

    def _write(self, made: Adopted) -> None:
        for name, text in made.files.items():
            self._written(self.folder / name, text)

    def _written(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            mode = path.stat().st_mode if path.exists() else None
            write_durably(path, text.encode("utf-8", "surrogatepass"))
            if mode is not None:
                path.chmod(mode)
        except OSError as error:
            raise NotAdopted(f"{shown(path)} cannot be written ({error.strerror}).") from None
