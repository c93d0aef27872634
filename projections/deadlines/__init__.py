"""Deadlines: due dates, states, overdue."""
