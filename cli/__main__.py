"""``python -m cli``: the command, for an installation without the script."""

from __future__ import annotations

from cli.main import main

main()
