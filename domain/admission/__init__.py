"""Admission: may this act be recorded? These rules hold for all stream families."""
