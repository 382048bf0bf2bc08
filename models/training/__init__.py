"""Learning from people's pictures: data, training, measuring, cleaning, comparing, converting."""
