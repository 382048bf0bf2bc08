"""The pictures of the documents show what the program says now."""

import pytest

pytest.importorskip("torch", reason="torch is not installed: the picture of the page for cleaning cannot be told anew")

from docs.pictures.__main__ import pictures, stale
from docs.pictures.picture import Picture

pytestmark = pytest.mark.timeout(300)


def test_a_day_or_a_number_makes_no_picture_stale_but_a_word_does():
    seen = Picture("a.png", "<p>Open until Monday 7 December, 13:41.</p>").fingerprint
    assert Picture("a.png", "<p>Open until Friday 27 November, 9:05.</p>").fingerprint == seen
    assert Picture("a.png", "<p>Ends Monday 7 December, 13:41.</p>").fingerprint != seen


async def test_no_picture_is_stale():
    assert not stale(await pictures()), "run python -m docs.pictures"
