"""Asking questions: snapshots, pages, cursors."""
