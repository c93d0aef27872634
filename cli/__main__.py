"""``python -m cli``: the command, where no script is installed."""

from __future__ import annotations

from cli.main import main

main()
