"""Working days, due dates, running clocks, and the reasons that arise from silence."""
