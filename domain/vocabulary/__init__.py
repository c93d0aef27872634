"""Value types and code lists that the law's events are made of."""
