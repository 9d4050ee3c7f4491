"""The lab's server: allowed clients, responses, and how `fastgan lab` starts and ends."""

import asyncio
import json
import math
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from html.parser import HTMLParser
from importlib import resources

import pytest

pytest.importorskip("tornado")
pytest.importorskip("typer")
pytest.importorskip("rich")

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from fastgan.lab import server
from helpers.command_line import complaint, invoke, run_python
from helpers.lab_cases import Lab, run_code, sent

PAGE = resources.files("fastgan.lab") / "page"
FILES = sorted(entry.name for entry in PAGE.iterdir())


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    yield lab
    lab.end()


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return answer.headers, answer.read()


def status(url, **headers):
    try:
        fetch(url, **headers)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200


async def closed(line):
    """Close a connection, and wait until the other side has closed it too (it then sends None)."""
    line.close()
    while await asyncio.wait_for(line.read_message(), 60) is not None:
        pass


def converse(lab, *messages, **headers):
    """Send messages one after the other; return the last answer to each."""

    async def hold():
        request = HTTPRequest(f"ws{lab.url.removeprefix('http')}line", headers=headers)
        line = await websocket_connect(request)
        answers = []
        try:
            for message in messages:
                line.write_message(message, binary=isinstance(message, bytes))
                answers.append(json.loads(await asyncio.wait_for(line.read_message(), 60)))
        finally:
            await closed(line)
        return answers

    return asyncio.run(hold())


def asked(number=1, view="one", **changes):
    return json.dumps({"number": number, "view": view, "settings": sent(**changes)})


@pytest.mark.parametrize("name", ["", *FILES])
def test_the_page_is_served_with_a_policy_that_lets_nothing_in(lab, name):
    headers, body = fetch(lab.url + name)
    assert body == (PAGE / (name or "index.html")).read_bytes()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert set(re.findall(r"-src ([^;]+)", policy)) == {"'none'", "'self'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    kind = server.TYPES[os.path.splitext(name or "index.html")[1]]
    assert headers["Content-Type"] == kind


@pytest.mark.parametrize(
    "path", ["nothing", "../server.py", "%2e%2e/server.py", "lab.css/x", "%00"]
)
def test_nothing_else_is_served(lab, path):
    assert status(lab.url + path) in (403, 404)


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids, self.for_ids, self.inline = [], [], [], []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("src", "href"):
                self.found.append(value)
            elif name == "id":
                self.ids.append(value)
            elif name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
                self.for_ids.extend(value.split())
            elif name == "style" or name.startswith("on"):
                self.inline.append((tag, name))


def test_the_page_names_only_files_of_its_own():
    links = Links()
    links.feed((PAGE / "index.html").read_text(encoding="utf-8"))
    assert links.found
    assert set(links.found) <= set(FILES)
    assert links.inline == []
    assert len(links.ids) == len(set(links.ids))
    assert set(links.for_ids) <= set(links.ids)
    for name in FILES:
        text = (PAGE / name).read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"' )]+", text)) <= {"http://www.w3.org/2000/svg"}
        imported = re.findall(r"from \"\./([^\"]+)\"", text)
        assert set(imported) <= set(FILES)


def test_a_line_answers_in_turn(lab):
    first, second = converse(lab, asked(1), asked(2, seed="8"))
    assert (first["number"], second["number"]) == (1, 2)
    assert first["generator"] != second["generator"]
    gan = run_code(second["code"])["run"].gan
    assert gan.generator.weights.tolist() == second["generator"]["weights"]


@pytest.mark.parametrize("message", ["", "{", "null", "[]", '"one"', "[" * 30000, b"\xff", "NaN"])
def test_what_is_no_request_is_answered_with_an_error(lab, message):
    answer, after = converse(lab, message, asked(5))
    assert "must have a view" in answer["error"]
    assert after["number"] == 5


@pytest.mark.parametrize("number", [math.nan, math.inf, "one", [1]])
def test_a_number_that_cannot_be_sent_back_is_left_out(lab, number):
    answer, after = converse(lab, asked(number), asked(5))
    assert answer["number"] is None
    assert after["number"] == 5


def test_other_hosts_and_origins_are_refused(lab):
    assert status(lab.url, Host=f"127.0.0.1:{lab.port}") == 200
    assert status(lab.url, Host=f"localhost:{lab.port}") == 200
    for name in ("evil.example", f"evil.example:{lab.port}", "127.0.0.1.evil.example"):
        assert status(lab.url, Host=name) == 404
    with pytest.raises(HTTPClientError) as failure:
        converse(lab, asked(), Origin="http://evil.example")
    assert failure.value.code == 403
    with pytest.raises(HTTPClientError) as failure:  # as if its name resolved to this machine
        converse(lab, asked(), Origin="http://evil.example", Host="evil.example")
    assert failure.value.code == 404
    assert converse(lab, asked(9), Origin=lab.url.rstrip("/"))[0]["number"] == 9


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["127.0.0.1"], True),
        (["127.0.0.2", "::1"], True),
        (["0.0.0.0"], False),
        (["::"], False),
        (["192.168.1.2"], False),
        (["127.0.0.1", "192.168.1.2"], False),
    ],
)
def test_loopback_is_told_from_the_rest(addresses, expected):
    assert server.is_loopback(addresses) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_other_addresses_need_a_flag(host, monkeypatch):
    monkeypatch.setattr(server, "run", None)
    assert "pass --allow-remote if that is intended" in complaint("lab", "--host", host)


def test_a_flag_allows_other_addresses(monkeypatch):
    asked_for = []
    monkeypatch.setattr(server, "run", lambda host, port, ready: asked_for.append((host, port)))
    invoke("lab", "--host", "0.0.0.0", "--allow-remote", "--port", "81")
    invoke("lab", "--host", "localhost")
    assert asked_for == [("0.0.0.0", 81), ("localhost", 8042)]


def test_with_the_flag_any_name_will_do():
    lab = Lab("--host", "0.0.0.0", "--allow-remote")
    try:
        assert status(lab.url, Host="laptop.example") == 200
        with pytest.raises(HTTPClientError):
            converse(lab, asked(), Origin="http://evil.example")
    finally:
        lab.end()


@pytest.mark.parametrize("host", ["no.such.name.invalid", "", "a" * 300])
def test_a_host_that_is_none_is_complained_of(host):
    assert "cannot serve on" in complaint("lab", "--host", host, "--no-browser")


def test_a_port_that_is_taken_is_complained_of():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = complaint("lab", "--port", port, "--no-browser")
    assert message.startswith(f"fastgan: cannot serve on 127.0.0.1, port {port}: ")


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_a_bad_port_is_complained_of(port):
    assert "--port" in complaint("lab", "--port", port)


def test_the_browser_is_opened_unless_told_otherwise(monkeypatch):
    opened, urls = [], iter(["http://127.0.0.1:1/", "http://127.0.0.1:2/"])
    monkeypatch.setattr(server, "run", lambda host, port, ready: ready(next(urls)))
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    assert "http://127.0.0.1:1/" in invoke("lab").stdout
    assert "http://127.0.0.1:2/" in invoke("lab", "--no-browser").stdout
    assert opened == ["http://127.0.0.1:1/"]


def test_without_tornado_a_line_says_how_to_get_it():
    script = "import sys; sys.modules['tornado'] = None; from fastgan.cli.main import main; main()"
    result = run_python(script, "lab")
    assert result.returncode == 1
    line = result.stderr.decode().strip()
    assert line == "fastgan: the lab needs tornado: pip install 'fastgan[lab]'"


def test_neither_the_package_nor_other_commands_import_the_server():
    script = (
        "import sys, fastgan; assert not any(n.startswith('fastgan.lab') for n in sys.modules)\n"
        "import fastgan.cli.commands; assert not {'tornado', 'asyncio'} & set(sys.modules)"
    )
    assert run_python(script).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("busy", [False, True])
def test_it_ends_cleanly(number, busy):
    lab = Lab()
    if busy:

        async def leave_it_busy():
            line = await websocket_connect(f"ws{lab.url.removeprefix('http')}line")
            line.write_message(asked(view="many", epochs="10000", seed="3"))
            await line.read_message()
            lab.process.send_signal(number)
            while await line.read_message() is not None:
                pass  # an answer that was already under way
            line.close()

        asyncio.run(asyncio.wait_for(leave_it_busy(), 60))
    code, out, err = lab.end(None if busy else number)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "fastgan lab: ended"
