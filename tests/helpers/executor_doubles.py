"""Executors that count their submissions, or interfere with them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from fastgan.ensembles.worker import Answer, Block


class Watching(Executor):
    """An executor that passes everything on to another one, and keeps a record."""

    def __init__(self, executor: Executor, meddle: Callable[[int], object] = lambda _: None):
        self.executor = executor
        self.meddle = meddle  # called before each submission with the number of submissions
        self.blocks: list[Block] = []
        self.answers: list[Answer] = []

    def submit(self, function: Any, block: Block) -> Future[Answer]:
        self.meddle(len(self.blocks))
        self.blocks.append(block)
        future = self.executor.submit(function, block)
        future.add_done_callback(self.take)
        return future

    def take(self, future: Future[Answer]) -> None:
        if not future.cancelled() and future.exception() is None:
            self.answers.append(future.result())

    @property
    def sent(self) -> int:
        """Number of times that the data was sent."""
        return sum(block.shared is not None for block in self.blocks)

    @property
    def trained(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.results is not None]


class AtOnce(Executor):
    """An executor that does its work on submission, or calls `instead`."""

    def __init__(self, instead: Callable[[Block, Future[Answer]], bool]) -> None:
        self.instead = instead  # returns True if it has set the future

    def submit(self, function: Any, block: Block) -> Future[Answer]:
        future: Future[Answer] = Future()
        if not self.instead(block, future):
            future.set_result(function(block))
        return future
