"""inspection/, statistics/, ruleset/ and calendar/: supervision, and the rules themselves."""
