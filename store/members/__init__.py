"""Members: who somebody is on several platforms, and what they may ask for."""
