"""What an answer is refused for as a whole, whatever its words earn."""
