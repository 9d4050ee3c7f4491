"""Requests of one page: the newest is answered, outdated ones are abandoned."""

import asyncio
import threading

import pytest

from fastgan.lab.session import Session


class Work:
    """Yields pieces for ever for the request "endless", else two pieces and an answer."""

    def __init__(self):
        self.begun, self.abandoned = [], []
        self.pieces = threading.Semaphore(0)

    def __call__(self, request):
        self.begun.append(request)
        try:
            yield None
            while request["view"] == "endless":
                self.pieces.release()
                yield None
            if request["view"] == "broken":
                raise ZeroDivisionError("of its own")
            yield {"part": 1}
            yield {"part": 2}
        except GeneratorExit:
            self.abandoned.append(request)
            raise


def request(number, view="one"):
    return {"number": number, "view": view}


def converse(conversation):
    """Run a session during a conversation with it; return the messages that it sent."""
    work, sent = Work(), []

    async def send(answer):
        sent.append(answer)

    async def hold():
        session = Session(work, send)
        running = asyncio.create_task(session.run())
        await conversation(session, work, sent)
        session.close()
        await asyncio.wait_for(running, 60)

    asyncio.run(hold())
    return work, sent


async def until(condition):
    for _ in range(6000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


def test_answers_carry_the_number_of_their_request():
    async def conversation(session, work, sent):
        session.ask(request(3))
        await until(lambda: len(sent) == 2)

    work, sent = converse(conversation)
    assert sent == [{"part": 1, "number": 3}, {"part": 2, "number": 3}]
    assert work.abandoned == []


def test_requests_do_not_pile_up():
    async def conversation(session, work, sent):
        session.ask(request(0, "endless"))
        await asyncio.to_thread(work.pieces.acquire)
        for number in range(1, 200):
            session.ask(request(number))
        await until(lambda: len(sent) == 2)

    work, sent = converse(conversation)
    assert work.begun == [request(0, "endless"), request(199)]
    assert work.abandoned == [request(0, "endless")]
    assert {answer["number"] for answer in sent} == {199}


def test_a_page_that_is_closed_leaves_no_work_behind():
    async def conversation(session, work, sent):
        session.ask(request(0, "endless"))
        await asyncio.to_thread(work.pieces.acquire)

    work, sent = converse(conversation)
    assert work.abandoned == [request(0, "endless")]
    assert sent == []


def test_a_slow_page_is_waited_for_and_gets_the_newest(caplog):
    work, sent, gate = Work(), [], asyncio.Event()

    async def send(answer):
        sent.append(answer)
        await gate.wait()

    async def hold():
        session = Session(work, send)
        running = asyncio.create_task(session.run())
        session.ask(request(1))
        await until(lambda: sent)
        for number in range(2, 50):
            session.ask(request(number))
        await asyncio.sleep(0.05)
        assert len(sent) == 1
        gate.set()
        await until(lambda: len(sent) == 3)
        session.close()
        await asyncio.wait_for(running, 60)

    asyncio.run(hold())
    assert [answer["number"] for answer in sent] == [1, 49, 49]
    assert work.begun == [request(1), request(49)]


def test_what_fails_unforeseen_is_said_and_the_session_goes_on(caplog):
    async def conversation(session, work, sent):
        session.ask(request(1, "broken"))
        await until(lambda: len(sent) == 1)
        session.ask(request(2))
        await until(lambda: len(sent) == 3)

    _, sent = converse(conversation)
    assert sent[0]["error"] == "The training failed: ZeroDivisionError: of its own"
    assert sent[0]["number"] == 1
    assert sent[2] == {"part": 2, "number": 2}
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("odd", [None, [], "one", 7])
def test_a_request_of_any_kind_is_handed_on(odd):
    class Any(Work):
        def __call__(self, request):
            assert request == odd
            yield {"error": "odd"}

    sent = []

    async def send(answer):
        sent.append(answer)

    async def hold():
        session = Session(Any(), send)
        running = asyncio.create_task(session.run())
        session.ask(odd)
        await until(lambda: sent)
        session.close()
        await running

    asyncio.run(hold())
    assert sent == [{"error": "odd", "number": None}]
