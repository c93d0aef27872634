"""May this be recorded? The rules that all stream families share."""
