"""Groups: their channels, schedules, rounds and posts."""
