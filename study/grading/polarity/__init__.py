"""What an answer says, denies or takes back."""
