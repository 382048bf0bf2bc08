"""The shipped packs, read as this is imported: programs that are forked afterwards find them read."""

from bot.packs import PACKS
from bot.packs.library import read_packs

read_packs(PACKS)
