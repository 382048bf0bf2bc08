"""Two models before the same pictures: what they are asked about, and what may be said of it."""
