"""How an answer is read: one form for all ways of typing, and what each language contributes."""
