"""The lab's page: pixels, sliders, pictures, fates, copied Python, reloads."""

import numpy as np
import pytest

import fastgan
from fastgan.ensembles.outcomes import OUTCOMES
from helpers.lab_browser import chromium, opened
from helpers.lab_cases import Lab, assert_same_networks, run_code


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


def test_the_mark_of_one_half_stays_clear_of_the_verdict(visit):
    gap, reach = visit.page.evaluate("""() => {
        const [gauge, ends] = [".gauge", ".ends"].map((name) => document.querySelector(name));
        const mark = parseFloat(getComputedStyle(gauge, "::after").bottom);
        return [ends.getBoundingClientRect().top - gauge.getBoundingClientRect().bottom, -mark];
    }""")
    assert gap > reach > 0


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
    visit.page.reload()  # at once: no change may be waiting to be saved
    after = visit.wait(1)
    assert after["code"] == before["code"]
    assert after["generator"] == before["generator"]
    assert visit.page.input_value("#learning_rate") == "0.05"
    visit.page.click("#tab-many")
    visit.thousand()
    visit.page.reload()
    visit.thousand()
    assert visit.page.locator("#tab-many").get_attribute("aria-selected") == "true"


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
