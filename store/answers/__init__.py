"""Answers and what follows from them: marks, disputes, practice, scores, and grading again."""
