"""How a running bot is seen from outside: what it counts, whether it is ready, and where both are read."""
