"""The model service: HTTP, the registry, batching and decoding."""
