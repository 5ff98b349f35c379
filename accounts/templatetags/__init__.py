"""What templates ask about linked accounts."""
