"""The API's doorways: each view parses, calls one service, and presents."""
