"""The running server: settings, data directory, processes, health."""
