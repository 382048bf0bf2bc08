"""The bot's side of the model service: its client, and the service as a child."""
