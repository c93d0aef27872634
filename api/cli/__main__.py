"""``python -m api.cli``: the command, where no script is installed."""

from __future__ import annotations

from api.cli.main import main

main()
