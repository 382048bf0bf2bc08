"""Markdown as people write it: a note as lines of styled text in a tree of blocks, and back to plain words."""
