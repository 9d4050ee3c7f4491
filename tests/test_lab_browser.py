"""The lab's page in a real browser: Debian's Chromium, without a window."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal

import numpy as np
import pytest
from lab_cases import Lab, assert_same_networks, run_code

import fastgan
from fastgan.outcomes import OUTCOMES

CHROMIUM = shutil.which("chromium")
PHONE = {"width": 375, "height": 812}
WATCH = """
window.answers = [];
window.violations = [];
document.addEventListener("answered", (event) => window.answers.push(event.detail));
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.blockedURI));
"""  # noqa: E501


@pytest.fixture(scope="module")
def browser():
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


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    yield lab
    lab.end()


class Visit:
    """An open page, and what it has been answered."""

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
        """The last answer, once there are so many."""
        for _ in range(1200):
            if self.page.evaluate("window.answers.length") >= count:
                return self.page.evaluate("window.answers.at(-1)")
            self.page.wait_for_timeout(25)
        raise AssertionError("no answer")

    def after(self, action):
        """The answer to what an action asks for."""
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


@pytest.fixture
def visit(browser, lab):
    with opened(browser, lab.url) as visit:
        yield visit


def test_it_opens_with_slanted_land(visit):
    run = fastgan.train(fastgan.datasets.slanted_land(), rng=42)
    assert_same_networks(run.gan, visit.answers[-1])
    assert visit.page.locator("#faces .pixels").count() == 5
    assert visit.page.inner_text("#said").startswith("5,000 steps in ")
    assert visit.page.locator("#networks line.edge").count() == 8


@pytest.mark.parametrize(
    ("setting", "key", "expected"),
    [
        ("learning_rate", "ArrowRight", "0.011"),
        ("discriminator_learning_rate", "ArrowLeft", "0.0089"),
        ("epochs", "ArrowRight", "1100"),
        ("epochs", "End", "10000"),
        ("batch_size", "ArrowUp", "2"),
        ("latent_dim", "ArrowRight", "2"),
        ("seed", "ArrowLeft", "41"),
    ],
)
def test_every_slider_trains_again(visit, setting, key, expected):
    drawn = [visit.page.inner_html(f"#{name}") for name in ("losses", "networks", "samples")]
    answer = visit.press(f"input[data-of={setting}]", key)
    assert visit.page.input_value(f"#{setting}") == expected
    name = "rng" if setting == "seed" else setting
    assert f"{name}={expected}," in answer["code"]
    assert visit.page.inner_text("#code") == answer["code"]
    after = [visit.page.inner_html(f"#{name}") for name in ("losses", "networks", "samples")]
    for before, now in zip(drawn, after, strict=True):
        assert before != now


def test_a_field_moves_its_slider(visit):
    answer = visit.fill("learning_rate", "0.1")
    assert visit.page.input_value("input[data-of=learning_rate]") == "-1"
    assert "learning_rate=0.1," in answer["code"]
    answer = visit.after(lambda: visit.page.select_option("#latent", "normal"))
    assert 'latent="normal"' in answer["code"]


def test_a_slider_that_is_dragged_ends_with_its_last_place(visit):
    visit.page.evaluate("""() => {
        const slider = document.querySelector("input[data-of=seed]");
        for (let i = 0; i < 300; i++) {
            slider.value = String(i);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    visit.page.wait_for_selector("#code:has-text('rng=299')")
    assert visit.page.input_value("#seed") == "299"
    numbers = [answer["number"] for answer in visit.answers]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 301


def test_pixels_are_drawn_by_clicks_and_keys(visit):
    pixel = visit.pixel(1)
    assert pixel.get_attribute("aria-pressed") == "true"
    answer = visit.after(pixel.click)
    assert pixel.get_attribute("aria-pressed") == "false"
    assert pixel.get_attribute("aria-label") == "face 2, upper left: 0"
    assert answer["faces"][1]["pixels"] == [0, 0.1, 0.2, 0.8]
    answer = visit.after(lambda: pixel.press("Space"))
    assert answer["faces"][1]["pixels"][0] == 1
    answer = visit.after(lambda: pixel.press("ArrowDown"))
    assert answer["faces"][1]["pixels"][0] == 0.9
    visit.after(pixel.click)
    visit.page.locator("#ink").press("Home")
    assert visit.page.inner_text("#ink-value") == "0.1"
    answer = visit.after(pixel.click)
    assert answer["faces"][1]["pixels"][0] == 0.1
    faces = np.array([judged["pixels"] for judged in answer["faces"]]).reshape(-1, 2, 2)
    assert_same_networks(fastgan.train(faces, rng=42).gan, answer)
    assert visit.page.inner_text("#looked-name") == "face 2"


def test_faces_are_added_and_removed(visit):
    answer = visit.after(lambda: visit.page.click("#add-face"))
    assert len(answer["faces"]) == 6
    assert visit.page.evaluate("document.activeElement.ariaLabel") == "face 6, upper left: 0"
    remove = visit.page.locator("button[aria-label='Remove face 1']")
    answer = visit.after(lambda: remove.press("Enter"))
    assert len(answer["faces"]) == 5
    assert visit.page.evaluate("document.activeElement.ariaLabel") == "Remove face 1"
    for _ in range(7):
        visit.after(lambda: visit.page.click("#add-face"))
    assert visit.page.locator("#add-face").is_disabled()
    answer = visit.after(lambda: visit.page.click("#slanted-land"))
    assert_same_networks(fastgan.train(fastgan.datasets.slanted_land(), rng=42).gan, answer)


def test_what_d_sees_follows_what_is_chosen(visit):
    answer = visit.answers[-1]
    visit.page.locator("#samples button").nth(2).press("Enter")
    assert visit.page.inner_text("#looked-name") == "G's picture 3"
    assert f"D = {answer['samples'][2]['probability']:.3f}" in visit.page.inner_text("#looked")
    pressed = "#samples [aria-pressed=true], .look[aria-pressed=true]"
    assert visit.page.locator(pressed).count() == 1
    answer = visit.press("input[data-of=seed]", "ArrowRight")
    assert visit.page.inner_text("#looked-name") == "G's picture 3"
    assert f"D = {answer['samples'][2]['probability']:.3f}" in visit.page.inner_text("#looked")
    answer = visit.after(visit.pixel(0, 0, "#own").click)
    assert answer["picture"]["pixels"] == [1, 1, 1, 0]
    assert visit.page.inner_text("#looked-name") == "your own picture"
    assert f"D = {answer['picture']['probability']:.3f}" in visit.page.inner_text("#looked")
    seen = visit.page.locator("#looked tbody td:last-child").all_inner_texts()
    numbers = [float(text.replace("\u2212", "-")) for text in seen]
    bias = answer["discriminator"]["bias"]
    expected = [*answer["picture"]["products"], bias, answer["picture"]["logit"]]
    np.testing.assert_allclose(numbers, expected, atol=0.0051)


def test_the_copied_python_gives_what_is_seen(browser, lab):
    with opened(browser, lab.url, permissions=["clipboard-read", "clipboard-write"]) as visit:
        visit.fill("seed", "8")
        answer = visit.after(visit.pixel(0, 1).click)
        visit.page.click("#copy")
        visit.page.wait_for_selector("#copied:has-text('Copied')")
        namespace = run_code(visit.page.evaluate("navigator.clipboard.readText()"))
        assert_same_networks(namespace["run"].gan, answer)
        pixels = [judged["pixels"] for judged in answer["samples"]]
        assert np.array_equal(np.reshape(pixels, (-1, 2, 2)), namespace["samples"])

        visit.page.click("#tab-many")
        answer = visit.thousand()
        visit.page.click("#copy")
        visit.page.wait_for_selector("#copied:has-text('Copied')")
        namespace = run_code(visit.page.evaluate("navigator.clipboard.readText()"))
        labels = namespace["outcomes"].label.tolist()
        assert [OUTCOMES[i] for i in answer["outcome"]] == labels


def test_without_a_clipboard_the_python_is_selected(visit):
    visit.page.evaluate("delete Navigator.prototype.clipboard")
    visit.page.click("#copy")
    visit.page.wait_for_selector("#copied:has-text('selected')")
    selected = visit.page.evaluate("getSelection().toString()")
    assert selected.strip() == visit.answers[-1]["code"].strip()


def test_a_reload_brings_everything_back(visit):
    visit.fill("learning_rate", "0.05")
    visit.after(visit.pixel(0).click)
    before = visit.after(lambda: visit.page.select_option("#latent", "normal"))
    visit.page.reload()  # at once: nothing may wait to be saved
    after = visit.wait(1)
    assert after["code"] == before["code"]
    assert after["generator"] == before["generator"]
    assert visit.page.input_value("#learning_rate") == "0.05"
    visit.page.click("#tab-many")
    visit.thousand()
    visit.page.reload()
    visit.thousand()
    assert visit.page.locator("#tab-many").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(
    "address",
    ["#%", "#{", "#3", "#null", "#" + json.dumps({"faces": [[3]], "picture": 1, "epochs": 7})],
)
def test_an_address_that_says_nothing_gives_the_defaults(browser, lab, address):
    with opened(browser, lab.url + address) as visit:
        run = fastgan.train(fastgan.datasets.slanted_land(), rng=42)
        assert_same_networks(run.gan, visit.answers[-1])


def test_an_address_brings_its_settings_into_an_open_page(visit):
    visit.fill("seed", "5")
    address = "#" + json.dumps({"seed": "6", "faces": [[[0, 1], [1, 0]]]})
    answer = visit.after(lambda: visit.page.goto(visit.url + address))
    assert "rng=6," in answer["code"]
    assert visit.page.input_value("#seed") == "6"
    assert visit.page.locator("#faces .pixels").count() == 1


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("learning_rate", "nan", "learning rate of G must be a finite number"),
        ("discriminator_learning_rate", "a lot", "got 'a lot'"),
        ("discriminator_learning_rate", "1e308", "stopped being finite"),
        ("epochs", "", "epochs must be a whole number from 1 to 10,000"),
        ("epochs", "1e3", "got '1e3'"),
        ("batch_size", "0", "from 1 to 12, got '0'"),
        ("latent_dim", "<b>2</b>", "got '<b>2</b>'"),
        ("seed", "-1", "of at least 0, got '-1'"),
    ],
)
def test_bad_input_is_said_and_the_last_result_stays(visit, field, text, words):
    names = ("losses", "probabilities", "networks", "samples", "code", "said")
    seen = [visit.page.inner_html(f"#{name}") for name in names]
    good = visit.page.input_value(f"#{field}")
    visit.fill(field, text)
    assert words in visit.page.inner_text("#message")
    assert visit.page.locator("[aria-invalid=true]").get_attribute("id") == field
    assert [visit.page.inner_html(f"#{name}") for name in names] == seen
    visit.fill(field, good)
    assert visit.page.inner_text("#message") == ""
    assert visit.page.locator("[aria-invalid=true]").count() == 0


def test_without_faces_the_page_says_so_and_goes_on(visit):
    losses = visit.page.inner_html("#losses")
    visit.after(lambda: visit.page.click("#remove-all"))
    assert "no faces to learn" in visit.page.inner_text("#message")
    assert visit.page.inner_html("#losses") == losses
    visit.after(lambda: visit.page.click("#add-face"))
    assert visit.page.inner_text("#message") == ""
    assert visit.page.inner_html("#losses") != losses


def test_everything_is_reached_by_tab_and_shows_its_focus(visit):
    page = visit.page
    expected = page.evaluate("""() => [...document.querySelectorAll(
        "button, input, select, summary, [tabindex='0']")].filter((node) =>
        node.checkVisibility() && !node.disabled && node.tabIndex >= 0).length""")
    page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        outline, label = page.evaluate("""() => {
            const node = document.activeElement;
            const name = node.ariaLabel || node.labels?.[0]?.textContent || node.textContent ||
                document.getElementById(node.getAttribute("aria-labelledby"))?.textContent;
            const style = getComputedStyle(node);
            return [style.outlineStyle + " " + style.outlineWidth, name];
        }""")
        assert outline == "solid 3px", label
        assert label.strip()
        seen.append(
            page.evaluate("""() => {
            const every = [...document.querySelectorAll("*")];
            return every.indexOf(document.activeElement);
        }""")
        )
    assert len(set(seen)) == expected
    assert seen == sorted(seen)


def test_views_are_changed_by_the_arrow_keys(visit):
    visit.page.locator("#tab-one").press("ArrowRight")
    assert visit.page.evaluate("document.activeElement.id") == "tab-many"
    assert visit.page.locator("#view-one").is_hidden()
    visit.thousand()
    visit.press("#tab-many", "ArrowLeft")
    assert visit.page.locator("#view-many").is_hidden()


def test_a_thousand_fates_and_one_of_them_alone(visit):
    visit.page.click("#tab-many")
    answer = visit.thousand()
    crowd = fastgan.train_many(fastgan.datasets.slanted_land(), 1000, rng=42)
    outcomes = crowd.outcome()
    assert answer["counts"] == outcomes.counts()
    for name, count in outcomes.counts().items():
        assert f"{count:,}" in visit.page.inner_text("#bars")
        assert name in visit.page.inner_text("#bars")
    box = visit.page.locator("#marks").bounding_box()
    cell = box["width"] / 40
    visit.page.mouse.click(box["x"] + 17.5 * cell, box["y"] + 2.5 * cell)
    assert visit.page.inner_text("#child-value") == "97"
    visit.page.locator("#child").press("ArrowRight")
    fate = visit.page.inner_text("#child-fate")
    assert fate.startswith(f"Number 98: {outcomes.label[98]}, distance {outcomes.distance[98]:.3f}")
    ring = visit.page.locator("#marks .chosen")
    assert (ring.get_attribute("x"), ring.get_attribute("y")) == ("160", "16")
    answer = visit.after(lambda: visit.page.click("#alone"))
    assert visit.page.input_value("#seed") == "42:98"
    assert_same_networks(crowd[98].gan, answer)


@pytest.mark.parametrize("view", ["one", "many"])
def test_it_fits_a_phone(browser, lab, view):
    with opened(browser, lab.url, viewport=PHONE, has_touch=True) as visit:
        if view == "many":
            visit.page.locator("#tab-many").tap()
            visit.thousand()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 375
        sizes = visit.page.evaluate("""() => [...document.querySelectorAll(
            "button, input, select")].filter((node) => node.checkVisibility()).map((node) => {
            const box = node.getBoundingClientRect();
            return [node.id || node.ariaLabel || node.textContent, box.left, box.right,
                box.width, box.height];
        })""")
        for name, left, right, width, height in sizes:
            assert 0 <= left < right <= 375, name
            assert min(width, height) >= 24, name
        texts = visit.page.evaluate("""() => [...document.querySelectorAll("svg text")]
            .filter((node) => node.checkVisibility())
            .map((node) => node.getBoundingClientRect().height)""")
        assert min(texts) >= 9
        visit.after(visit.pixel(0).tap)
        assert visit.pixel(0).get_attribute("aria-pressed") == "false"


def test_it_is_dark_where_that_is_preferred(browser, lab):
    grounds = {}
    for scheme in ("light", "dark"):
        with opened(browser, lab.url, color_scheme=scheme) as visit:
            grounds[scheme] = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds == {"light": "rgb(250, 250, 250)", "dark": "rgb(18, 18, 18)"}


def test_nothing_is_asked_of_any_other_place(browser, lab):
    with opened(browser, lab.url) as visit:
        visit.page.click("#tab-many")
        visit.thousand()
        place = lab.url.removeprefix("http://")
        assert len(visit.requests) > 5
        for url in visit.requests:
            assert url.partition("://")[2].startswith(place), url
        assert visit.page.evaluate("window.violations") == []
        refused = "fetch('http://localhost:1/').then(() => 'fetched', () => 'refused')"
        assert visit.page.evaluate(refused) == "refused"
        assert visit.page.evaluate("window.violations") == ["http://localhost:1/"]
        visit.complaints.clear()  # the browser's own, of what it refused


@pytest.mark.skipif(os.name != "posix", reason="no such signals here")
def test_a_tab_closed_in_mid_run_does_no_harm(browser):
    lab = Lab()
    with opened(browser, lab.url) as visit:
        visit.press("input[data-of=epochs]", "End")
        for _ in range(7):
            visit.after(lambda: visit.page.click("#add-face"))
        visit.after(lambda: visit.page.click("#tab-many"))
        assert visit.page.evaluate("window.answers.at(-1).done") < 1000
        visit.page.close()
        visit.page = visit.context.new_page()
        visit.page.goto(lab.url)
        visit.wait(1)
        visit.press("input[data-of=seed]", "ArrowRight")
    code, out, err = lab.end(signal.SIGINT)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "fastgan lab: ended"


def test_a_lab_that_is_gone_is_waited_for(browser):
    lab = Lab()
    try:
        with opened(browser, lab.url) as visit:
            lab.end()
            visit.page.wait_for_selector("#said:has-text('does not answer')")
            visit.page.fill("#seed", "5")
            lab = Lab(port=lab.port)
            visit.page.wait_for_selector("#code:has-text('rng=5')")
            assert visit.page.inner_text("#said").startswith("5,000 steps")
            visit.complaints.clear()  # of connections that were refused meanwhile
    finally:
        lab.end()
