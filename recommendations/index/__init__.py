"""Keeps profiles searchable: step 6 of the data's way. It knows no database."""
