"""The lab's page in a real browser: headless Debian Chromium."""

import contextlib
import importlib.util
import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium")
WATCH = """
window.answers = [];
window.violations = [];
document.addEventListener("answered", (event) => window.answers.push(event.detail));
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.blockedURI));
"""  # noqa: E501


@contextlib.contextmanager
def chromium():
    """Yield a browser; without one, skip or (FASTGAN_REQUIRE_BROWSER=1) fail, with the reason."""
    needed = {name: f"{name} (the extra lab)" for name in ("tornado", "typer", "rich")}
    needed["playwright"] = "playwright (pip install --group browser)"
    missing = [what for name, what in needed.items() if importlib.util.find_spec(name) is None]
    if CHROMIUM is None:
        missing.append("chromium (apt-get install chromium)")
    if missing:
        reason = f"needs {' and '.join(missing)}"
        if os.environ.get("FASTGAN_REQUIRE_BROWSER") == "1":
            pytest.fail(f"FASTGAN_REQUIRE_BROWSER=1, but the page {reason}")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


class Visit:
    """An open page, and the answers that it has received."""

    def __init__(self, context, url):
        self.context, self.url = context, url
        self.requests, self.complaints = [], []
        context.on("request", lambda request: self.requests.append(request.url))
        self.page = context.new_page()
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.goto(url)
        self.wait(1)

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    @property
    def answers(self):
        return self.page.evaluate("window.answers")

    def wait(self, count):
        """Wait until there are `count` answers; return the last one."""
        for _ in range(1200):
            if self.page.evaluate("window.answers.length") >= count:
                return self.page.evaluate("window.answers.at(-1)")
            self.page.wait_for_timeout(25)
        raise AssertionError("no answer")

    def after(self, action):
        """Perform an action; return the answer to its request."""
        before = self.page.evaluate("window.answers.length")
        action()
        return self.wait(before + 1)

    def press(self, selector, key):
        return self.after(lambda: self.page.locator(selector).press(key))

    def fill(self, field, text):
        return self.after(lambda: self.page.fill(f"#{field}", text))

    def pixel(self, i, j=0, within="#faces"):
        return self.page.locator(f"{within} .pixels").nth(i).locator("button").nth(j)

    def thousand(self):
        self.page.wait_for_selector("#said:has-text('1,000 of 1,000')", timeout=60_000)
        return self.page.evaluate("window.answers.at(-1)")


@contextlib.contextmanager
def opened(browser, url, **options):
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    visit = Visit(context, url)
    yield visit
    context.close()
    assert visit.complaints == []
