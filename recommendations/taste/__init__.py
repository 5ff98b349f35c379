"""Pure arithmetic of taste: no Django, no network, no clock."""
