"""The command ``fastgan lab``."""

from __future__ import annotations

import threading
import webbrowser
from typing import Annotated

import typer

from fastgan.cli import terminal

PORT = 8042


def lab(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port that serves the page; 0 selects a free one.")
    ] = PORT,
    host: Annotated[
        str, typer.Option(help="A name or address of this machine; by default loopback.")
    ] = "127.0.0.1",
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote", help="Serve anyone who can reach --host: there is no password."
        ),
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open a browser.")
    ] = False,
) -> None:
    """Serve a page that trains GANs at every move of a slider, until Ctrl-C."""
    try:
        from fastgan.lab import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "tornado":
            raise
        terminal.fail("the lab needs tornado: pip install 'fastgan[lab]'")
    out = terminal.console()

    def ready(url: str) -> None:
        out.print(f"fastgan lab: {url} (Ctrl-C ends it)", soft_wrap=True)
        out.file.flush()  # a reader at the end of a pipe waits for this line
        if not no_browser:
            # Some browsers block their caller until they are closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    try:
        addresses = server.addresses_of(host)
        if not server.is_loopback(addresses) and not allow_remote:
            terminal.fail(
                f"--host {host} can be reached from other machines, and the lab has no password: "
                "pass --allow-remote if that is intended"
            )
        server.run(host, port, ready)
    except (OSError, UnicodeError) as error:  # UnicodeError for impossible names
        reason = error.strerror if isinstance(error, OSError) else str(error)
        terminal.fail(f"cannot serve on {host}, port {port}: {reason}")
    out.print("fastgan lab: ended")
