"""inspection/, statistics/, ruleset/ and calendar/: acts of supervision and of rules."""
