"""How numbers, audio features and similarities are worded and drawn on the pages."""
