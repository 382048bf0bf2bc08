"""Folders of pictures, dropped on the page for a model to learn from."""
