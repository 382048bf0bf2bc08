"""How a point of a rubric is looked for in an answer."""
