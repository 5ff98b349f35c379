"""Measurements of what the documentation states; run by make bench."""
