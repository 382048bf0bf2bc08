"""A queue that takes turns among askers: who asks for much waits behind who asks for little."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """Each asker's items in their order; one of each asker's in turn."""

    def __init__(self) -> None:
        self._askers: OrderedDict[Hashable, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        """How many items wait."""
        return sum(len(items) for items in self._askers.values())

    def push(self, asker: Hashable, item: Item) -> None:
        """Put an item behind this asker's others."""
        self._askers.setdefault(asker, deque()).append(item)

    def push_back(self, asker: Hashable, item: Item) -> None:
        """Put an item before all others: it had its turn already, and could not be served."""
        self._askers.setdefault(asker, deque()).appendleft(item)
        self._askers.move_to_end(asker, last=False)

    def discard(self, asker: Hashable, item: Item) -> None:
        """Take this asker's item out, wherever it waits; nothing where it had its turn."""
        items = self._askers.get(asker, deque())
        if item in items:
            items.remove(item)
            if not items:
                del self._askers[asker]

    def first(self) -> Item:
        """The item whose turn it is."""
        return next(iter(self._askers.values()))[0]

    def pop(self) -> Item:
        """Take the item whose turn it is; its asker's next waits for all others' turns."""
        asker, items = next(iter(self._askers.items()))
        item = items.popleft()
        if items:
            self._askers.move_to_end(asker)
        else:
            del self._askers[asker]
        return item
