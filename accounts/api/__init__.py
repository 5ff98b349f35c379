"""Who asks the API: tokens, sign-in, and how often one may ask."""
