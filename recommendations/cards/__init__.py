"""The card of two listeners that one of them shares: its words and its picture."""
