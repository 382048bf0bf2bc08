"""What a model is on disk: its manifest, what it may say of its network and input, and the folders that keep models."""
