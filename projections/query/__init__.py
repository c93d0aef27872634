"""How questions are asked: snapshots, pages, cursors."""
