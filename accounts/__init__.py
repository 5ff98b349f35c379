"""Users, sign-in, API tokens."""
