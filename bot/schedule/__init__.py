"""What happens by the clock: rounds, sending, housekeeping, regrading."""
