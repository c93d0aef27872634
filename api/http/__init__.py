"""The HTTP application: routes, problems, limits."""
