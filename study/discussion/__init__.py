"""What a group talks about: the answers worth showing, and the meetings at which it comes together."""
