"""How Slack and the bot are connected: the manifest, tokens at rest, and the lines."""
