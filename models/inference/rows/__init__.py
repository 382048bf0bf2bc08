"""Rows of a table as a model takes them, and fastai's networks for them."""
