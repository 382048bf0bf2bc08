"""How the world reaches the bot: settings, wiring, the tick, the outbox and the platforms."""
