"""Web Push: what somebody is told in private is told by their devices too, where they allow it."""
