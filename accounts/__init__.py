"""Who you are: users, sign-in, API tokens."""
