"""The rules: packs, grading, the calendar, standings. Pure functions over frozen values."""
