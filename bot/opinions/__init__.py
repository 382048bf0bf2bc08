"""Who else may look at an answer, each off unless switched on: none of them ever grades."""
