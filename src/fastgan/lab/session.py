"""The session of one open page: only its newest request matters.

Work is done in a thread, one piece at a time. Between two pieces it is abandoned if the page has
sent another request or is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from fastgan.lab.answers import Answer

_LOG = logging.getLogger("fastgan.lab")
_END = object()

Work = Callable[[object], Iterator[Answer | None]]


class Session:
    """The requests of one page, answered one after the other.

    Parameters
    ----------
    work : callable
        Yields the answers to a request piece by piece, like `fastgan.lab.answers.Answers.to`.
    send : coroutine function
        Sends an answer. While it waits for a slow page, new requests replace older ones.
    """

    def __init__(self, work: Work, send: Callable[[Answer], Awaitable[None]]) -> None:
        self._work, self._send = work, send
        self._newest: object = None
        self._arrived = asyncio.Event()
        self._closed = False

    def ask(self, request: object) -> None:
        """Replace the previous request, whether it was answered or not."""
        self._newest = request
        self._arrived.set()

    def close(self) -> None:
        """Abandon the work in progress, and end `run`."""
        self._closed = True
        self._arrived.set()

    async def run(self) -> None:
        """Answer requests until the page is closed."""
        while await self._arrived.wait() and not self._closed:
            self._arrived.clear()
            await self._answer(self._newest)

    async def _answer(self, request: object) -> None:
        number = request.get("number") if isinstance(request, Mapping) else None
        if not isinstance(number, int):  # a NaN could not be sent back
            number = None
        pieces = self._work(request)
        while not self._arrived.is_set():
            answer = await asyncio.to_thread(_next_piece, pieces)
            if answer is _END:
                return
            # A finished answer is sent even if its request is no longer the newest.
            if answer is not None and not self._closed:
                await self._send({**answer, "number": number})


def _next_piece(pieces: Iterator[Answer | None]) -> Any:
    """Do the next piece of work; answer with an error if it fails in an unforeseen way."""
    try:
        return next(pieces, _END)
    except Exception as error:
        _LOG.exception("a request of the page failed")
        return {"error": f"The training failed: {type(error).__name__}: {error}", "field": ""}
