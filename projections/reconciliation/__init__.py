"""Deliveries against acknowledgements, grants against uses."""
