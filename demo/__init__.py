"""The demo: one invented year of sharing, acted out through the real door of a real server."""
