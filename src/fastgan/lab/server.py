"""The server of the page: its files, and a WebSocket for its requests and their answers.

The page loads nothing from elsewhere: its policy forbids that to the browser. Requests must name
this machine as their host and the page itself as their origin, so other sites that are open in the
same browser cannot use the lab.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, StaticFileHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from fastgan.lab.answers import Answer, Answers
from fastgan.lab.session import Session

PAGE = Path(__file__).parent / "page"
LONGEST_MESSAGE = 2**16  # bytes; a dozen faces take about a thousand
LIVES_EVERY = 20  # seconds between pings, which detect pages that vanished without closing
TYPES = {  # fixed here, since the operating system may be wrong about them
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class _Files(StaticFileHandler):
    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        if "\0" in absolute_path:  # file functions refuse it with an exception
            raise HTTPError(404)
        return super().validate_absolute_path(root, absolute_path)

    def get_content_type(self) -> str:
        return TYPES[PurePath(self.absolute_path or "").suffix]


class _Line(WebSocketHandler):
    """A page's requests and answers, as JSON; the base class refuses other origins."""

    def open(self, *_: str, **__: str) -> None:
        self._session = Session(Answers().to, self._send)
        self._running = asyncio.create_task(self._session.run())

    def on_message(self, message: str | bytes) -> None:
        try:
            request: Any = json.loads(message)
        except (ValueError, RecursionError):
            request = None  # it is answered as a request without a view
        self._session.ask(request)

    def on_close(self) -> None:
        self._session.close()

    async def _send(self, answer: Answer) -> None:
        with suppress(WebSocketClosedError):  # `on_close` will be called, too
            await self.write_message(json.dumps(answer, allow_nan=False))


def application(hosts: Sequence[str] | None) -> Application:
    """Return the application for requests to one of these hosts; None allows any host."""
    pattern = ".*" if hosts is None else "|".join(map(re.escape, hosts))
    app = Application(
        websocket_max_message_size=LONGEST_MESSAGE, websocket_ping_interval=LIVES_EVERY
    )
    files = {"path": str(PAGE), "default_filename": "index.html"}
    app.add_handlers(f"({pattern})", [("/line", _Line), ("/(.*)", _Files, files)])
    return app


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a host, to serve on; raise OSError if there are none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return sorted({str(address[0]) for *_, address in found})


def is_loopback(addresses: Sequence[str]) -> bool:
    """Return whether only this machine can reach these addresses."""
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def run(host: str, port: int, ready: Callable[[str], object]) -> None:
    """Serve until Ctrl-C or SIGTERM; call `ready` with the page's address once it can be opened.

    Raises
    ------
    OSError
        If this machine has no such host, or the port is in use.
    """
    addresses = addresses_of(host)
    family = socket.AF_INET6 if ":" in addresses[0] else socket.AF_INET
    listening = socket.create_server((addresses[0], port), family=family)
    listening.setblocking(False)
    shown = f"[{host}]" if ":" in host else host
    hosts = {"127.0.0.1", "localhost", "[::1]", shown.lower()} if is_loopback(addresses) else None
    url = f"http://{shown}:{listening.getsockname()[1]}/"
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(listening, sorted(hosts) if hosts else None, lambda: ready(url)))


async def _serve(
    listening: socket.socket, hosts: Sequence[str] | None, ready: Callable[[], object]
) -> None:
    server = HTTPServer(application(hosts), max_body_size=LONGEST_MESSAGE)
    server.add_socket(listening)
    ended = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows, whose event loop handles no signals
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    ready()
    try:
        await ended.wait()
    finally:
        server.stop()
        await server.close_all_connections()
