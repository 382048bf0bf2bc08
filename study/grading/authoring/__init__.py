"""Making rubrics: drafted, read from a pack, written back, proved on examples and measured."""
