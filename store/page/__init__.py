"""The browser page's own memory: its people, their sessions, and everything that is said and shown there."""
