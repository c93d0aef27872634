"""Working days, due dates, running clocks, and what follows from silence."""
