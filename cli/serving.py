"""``serve``: the HTTP server of one ledger."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn

from api.http.app import create_app
from api.server.process_tuning import tune_for_batches
from api.server.projector_process import ProjectorProcess
from api.server.runtime import Runtime
from api.server.settings import Settings
from cli.options import Data


class _Server(uvicorn.Server):
    """Prints its address on stdout once it answers, so that the parent process waits for that line and not for a fixed
    time.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            typer.echo(f"ready http://{host}:{port}")


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    data: Data = Path("var/demo"),
    host: Annotated[str, typer.Option(help="监听地址。Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口。Port; 0 takes a free one.")] = 8085,
) -> None:
    """提供 HTTP 服务。Serve the ledger; ready when /readyz answers 200."""
    settings = Settings(data=data)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the parent process
    tune_for_batches()
    app = create_app(Runtime(settings, beside=ProjectorProcess.fork(settings)))
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    _Server(config).run()
