"""Deliveries, acknowledgements, recalls and destruction."""
