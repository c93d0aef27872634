"""The demo: an invented year of sharing, sent to a running server over HTTP."""
