"""Executors that count what they are given, or do something else with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from fastgan.ensembles.worker import Answer, Block


class Watching(Executor):
    """An executor that hands everything on to another one, and keeps account of it."""

    def __init__(self, executor: Executor, meddle: Callable[[int], object] = lambda _: None):
        self.executor = executor
        self.meddle = meddle  # is told how often was submitted, before it is
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
        """How often the data were sent."""
        return sum(block.shared is not None for block in self.blocks)

    @property
    def trained(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.trained is not None]


class AtOnce(Executor):
    """An executor that does its work when it is submitted, or else what it was told to."""

    def __init__(self, instead: Callable[[Block, Future[Answer]], bool]) -> None:
        self.instead = instead  # True if it has dealt with the future

    def submit(self, function: Any, block: Block) -> Future[Answer]:
        future: Future[Answer] = Future()
        if not self.instead(block, future):
            future.set_result(function(block))
        return future
