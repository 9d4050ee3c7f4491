"""The lab's page: failures, use by keyboard, on a phone, and without other servers."""

import json
import os
import signal

import pytest

import fastgan
from helpers.lab_browser import chromium, opened
from helpers.lab_cases import Lab, assert_same_networks

PHONE = {"width": 375, "height": 812}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    yield lab
    lab.end()


@pytest.fixture
def visit(browser, lab):
    with opened(browser, lab.url) as visit:
        yield visit


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
        ("seed", "-1", "from 0 to 9,223,372,036,854,775,807, got '-1'"),
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


def test_absurd_numbers_stay_on_a_phone(browser, lab):
    with opened(browser, lab.url, viewport=PHONE) as visit:
        visit.page.click("summary")
        visit.fill("epochs", "1")
        visit.fill("discriminator_learning_rate", "1e300")
        assert "e+299" in visit.page.inner_text("#looked")
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 375
        ticks = visit.page.locator("#losses .tick")
        assert "e300" in "".join(ticks.all_text_contents())
        assert min(tick.bounding_box()["x"] for tick in ticks.all()) >= 0
        drawing = visit.page.locator("#losses svg")
        assert drawing.evaluate("node => getComputedStyle(node).overflow") == "visible"


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
        visit.complaints.clear()  # the browser's own messages about what it refused


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
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


def test_what_takes_long_is_said_to_be_under_way(browser, monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    lab = Lab()
    with opened(browser, lab.url + "#" + json.dumps({"epochs": "1"})) as visit:
        good = visit.page.inner_text("#said")
        assert good.startswith("5 steps")
        for text in ("x", "2"):
            visit.page.fill("#epochs", "10000")
            visit.page.wait_for_selector("#said:has-text('Training')")
            visit.fill("epochs", text)
            said = visit.page.inner_text("#said")
            assert said == good if text == "x" else said.startswith("10 steps")
    lab.end()


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
            visit.complaints.clear()  # messages about connections that were refused meanwhile
    finally:
        lab.end()
