"""The places where people are: each renders the same replies in its own manner."""
