"""Questions while they are read: what marks them, where they end, what they offer to choose from, what they say."""
