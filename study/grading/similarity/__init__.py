"""How near an answer is to a reference."""
