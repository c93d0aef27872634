"""``serve``: the HTTP server of one ledger."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import structlog
import typer
import uvicorn

from api.http.app import create_app
from api.http.protocol import bounded
from api.http.request_log import RequestLog
from api.server.process_tuning import tune_for_batches
from api.server.projector_process import ProjectorProcess
from api.server.runtime import Runtime
from api.server.settings import Settings
from cli.exits import Exit, Stop
from cli.options import Data


class _Server(uvicorn.Server):
    """Prints its address on stdout once it answers, so that the parent process waits for that line and not for a fixed
    time. Ends in bounded time: first the lead is given up, then requests may end, then they are cut.
    """

    def __init__(self, config: uvicorn.Config, runtime: Runtime, seconds: int) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._seconds = seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            typer.echo(f"ready http://{host}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:  # asked twice: at once. Confirmed records are durable, others are sent again
            os._exit(128 + sig)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A thread that a database or a reader keeps waiting would keep the process.
        end = threading.Timer(self._seconds, os._exit, (1,))
        end.daemon = True
        end.start()
        await asyncio.to_thread(self._runtime.stop_writing)
        await super().shutdown(sockets)


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    data: Data = Path("var/demo"),
    host: Annotated[str, typer.Option(help="监听地址。Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口。Port; 0 takes a free one.", min=0, max=65_535)] = 8085,
) -> None:
    """提供 HTTP 服务。Serve the ledger; ready when /readyz answers 200."""
    settings = Settings(data=data)
    listening = _listening(host, port)
    _log_as_json()
    tune_for_batches()
    runtime = Runtime(settings, beside=ProjectorProcess.fork(settings))
    app = create_app(runtime, RequestLog(sys.stderr.buffer) if settings.request_log else None)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=bounded(runtime.reception.connections),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, settings.stop_seconds // 2),
    )
    _Server(config, runtime, settings.stop_seconds).run([listening])


def _log_as_json() -> None:
    """One JSON line an event, on stderr: stdout is for the parent process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", key="time"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _listening(host: str, port: int) -> socket.socket:
    """The socket that the server answers on. Raises Stop where there is none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as failure:
        text = (
            f"{host}:{port} 无法监听。{host}:{port} cannot be listened on: {failure.strerror}. Choose another --port."
        )
        raise Stop(Exit.ENVIRONMENT, text) from None
    return listening
