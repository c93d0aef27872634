"""A database that can be made to hang or to be away: a TCP proxy between a server process and PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy.engine import URL

T = TypeVar("T")
CHUNK = 65_536


class DatabaseProxy:
    """On a free port of this machine; forwards to the host, or socket directory, of a URL."""

    def __init__(self, url: URL) -> None:
        self._target = url
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._away = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.url = url.set(host="127.0.0.1", port=self._server.sockets[0].getsockname()[1], query={})

    def hang(self) -> None:
        """Nothing is forwarded; connections stay open, new ones too."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def go_away(self) -> None:
        """Connections end, and new ones end at once."""
        self._run(self._cut())

    def come_back(self) -> None:
        self._away = False
        self._loop.call_soon_threadsafe(self._flowing.set)

    def close(self) -> None:
        self.come_back()
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        await self._cut()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _cut(self) -> None:
        self._away = True
        for writer in list(self._writers):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._away:
            writer.transport.abort()
            return
        host = self._target.host or str(self._target.query["host"])
        port = self._target.port or 5432
        inner_reader, inner_writer = await (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        self._writers |= {writer, inner_writer}
        try:
            await asyncio.gather(self._pump(reader, inner_writer), self._pump(inner_reader, writer))
        finally:
            self._writers -= {writer, inner_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                await self._flowing.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)


@contextmanager
def database_proxy(url: URL) -> Iterator[DatabaseProxy]:
    proxy = DatabaseProxy(url)
    try:
        yield proxy
    finally:
        proxy.close()
