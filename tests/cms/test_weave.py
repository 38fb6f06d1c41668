"""The weave: the same for the same threads, different for others, over and under without a tear."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from cms.cloth_bar import WIDTH, cloth_bar
from cms.social_card import social_card
from cms.threads import thread_of, threads_of
from cms.weave import (
    COLOURS,
    GROUND_THREAD,
    RHYTHMS,
    SIZES,
    VOICES,
    Hue,
    Thread,
    standalone,
    thread_for,
    weave,
)

TEATRO, ARCHIVIO, SUONI = Thread(Hue.BRICK, 1), Thread(Hue.LAKE, 2), Thread(Hue.REED, 3)


def rectangles(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Every bar drawn, as (class of its path, left, top, right, bottom)."""
    found = []
    for path in ElementTree.fromstring(svg).iter():
        if not path.tag.endswith("path"):
            continue
        for x, y, w, h in re.findall(r"M(-?[\d.]+) (-?[\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path.get("d")):
            left, top = float(x), float(y)
            found.append((path.get("class"), left, top, left + float(w), top + float(h)))
    return found


@pytest.mark.parametrize("size", SIZES)
def test_same_seed_and_threads_draw_the_same_bytes(size):
    assert weave("coro", [TEATRO, SUONI], size) == weave("coro", [TEATRO, SUONI], size)
    assert standalone("coro", [TEATRO, SUONI], size) == standalone("coro", [TEATRO, SUONI], size)


def test_the_drawing_is_the_same_on_every_machine_and_release():
    # Receipts and social cards already sent must match the site for ever: change the drawing only on purpose.
    assert thread_for("teatro-dei-tre-laghi") == Thread(Hue.BRICK, 3)
    assert thread_for("archivio-filo-rosso") == Thread(Hue.LAKE, 3)
    assert thread_for(7) == thread_for("7")


def test_another_seed_or_another_thread_draws_another_cloth():
    cloths = {
        weave("a", [TEATRO, ARCHIVIO]),
        weave("b", [TEATRO, ARCHIVIO]),
        weave("a", [TEATRO, SUONI]),
        weave("a", [TEATRO, ARCHIVIO, SUONI]),
        weave("a", [Thread(Hue.BRICK, 2), ARCHIVIO]),
    }
    assert len(cloths) == 5


@pytest.mark.parametrize("size", ["card", "header", "social", "strip"])
@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_every_voice_is_in_the_cloth(size, seed):
    voices = [Thread(hue, 1) for hue in VOICES[:5]]
    drawn = {name.split()[1] for name, *_ in rectangles(weave(seed, voices, size))}
    assert drawn == {f"thread-{voice.hue}" for voice in voices}


def test_a_single_voice_is_woven_into_the_bare_warp():
    drawn = {name for name, *_ in rectangles(weave("solo", [TEATRO], "thumb"))}
    assert {"warp thread-brick", "weft thread-brick"} <= drawn
    assert any(name.endswith("thread-ground") for name in drawn)


def test_nobody_involved_still_draws_a_cloth():
    assert rectangles(weave("empty", []))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_no_bar_lies_upon_another(size, rhythm):
    """At each crossing one thread gives way: nothing overlaps, whatever the rhythms."""
    bars = rectangles(weave("overlap", [Thread(Hue.GOLD, rhythm), ARCHIVIO, TEATRO], size))
    wefts = [bar for bar in bars if bar[0].startswith("weft")]
    warps = [bar for bar in bars if bar[0].startswith("warp")]
    for _, left, top, right, bottom in wefts:
        for _, other_left, other_top, other_right, other_bottom in warps:
            apart = (
                right <= other_left + 0.2
                or other_right <= left + 0.2
                or bottom <= other_top + 0.2
                or other_bottom <= top + 0.2
            )
            assert apart


def test_threads_go_over_and_under():
    bars = rectangles(weave("plain", [TEATRO, ARCHIVIO], "card"))
    for direction in ("warp", "weft"):
        own = [bar for bar in bars if bar[0].startswith(direction)]
        # Had no thread dived there would be one bar for each strand; most dive several times.
        assert len(own) > 15


def test_an_inline_cloth_has_neither_style_nor_literal_colours():
    svg = weave("csp", [TEATRO, ARCHIVIO, SUONI], "header")
    assert "style" not in svg
    assert "fill=" not in svg
    assert "#" not in svg


def test_a_standalone_cloth_brings_its_own_colours_and_size():
    svg = ElementTree.fromstring(standalone("social", [TEATRO, ARCHIVIO], "social", title="Fatto da due"))
    assert (svg.get("width"), svg.get("height")) == ("1200", "630")
    fills = {part.get("fill") for part in svg.iter() if part.get("fill")}
    assert {COLOURS[Hue.BRICK], COLOURS[Hue.LAKE]} <= fills
    assert svg.findtext("{http://www.w3.org/2000/svg}title") == "Fatto da due"


def test_words_are_read_aloud_and_escaped():
    svg = ElementTree.fromstring(weave("x", [TEATRO], title='Tessuto da "Teatro" & <Archivio>'))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'Tessuto da "Teatro" & <Archivio>'


def test_decoration_is_hidden_from_screen_readers():
    svg = ElementTree.fromstring(weave("x", [TEATRO]))
    assert svg.get("aria-hidden") == "true"
    assert svg.get("role") is None


def test_an_unknown_size_is_refused_by_the_function_and_forgiven_by_the_tag():
    with pytest.raises(KeyError):
        weave("x", [TEATRO], "poster")
    drawn = Template('{% load weave_tags %}{% weave "x" threads "poster" %}').render(
        Context({"threads": [TEATRO]})
    )
    assert drawn == weave("x", [TEATRO], "card")


def test_a_card_stays_light():
    voices = [Thread(hue, 3) for hue in VOICES]
    assert len(weave("heavy", voices, "card")) < 8_000
    assert len(weave("heavy", voices, "header")) < 24_000


def test_ids_spread_over_hues_and_rhythms():
    threads = {thread_for(f"cooperative-{number}") for number in range(400)}
    assert threads == {Thread(hue, rhythm) for hue in VOICES for rhythm in RHYTHMS}


def test_templates_may_hand_over_threads_records_or_ids():
    competence = SimpleNamespace(slug="teatro", hue="plum", rhythm=4)
    cooperative = SimpleNamespace(slug="archivio-vivo")
    assert thread_of(TEATRO) is TEATRO
    assert thread_of(competence) == Thread(Hue.PLUM, 4)
    assert thread_of(cooperative) == thread_for("archivio-vivo")
    assert thread_of(SimpleNamespace(slug="teatro", hue="", rhythm=None)) == thread_for("teatro")
    assert threads_of(None) == []
    assert threads_of(None, seed="x") == [thread_for("x")]
    assert {thread.hue for thread in threads_of("all")} == set(VOICES)
    assert threads_of("archivio-vivo") == [thread_for("archivio-vivo")]
    assert threads_of([competence, "x"]) == [Thread(Hue.PLUM, 4), thread_for("x")]
    assert GROUND_THREAD.hue not in VOICES


# ---- the bar of a campaign ----


def reach(path: str) -> float:
    """How far to the right a path goes, in user units."""
    ends = [float(x) + float(w) for x, w in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", path)]
    return max(ends, default=0.0)


def test_the_cloth_reaches_as_far_as_the_money():
    bar = cloth_bar(raised_cents=300_000, goal_cents=1_200_000)
    assert reach(bar.raised) == pytest.approx(WIDTH / 4, abs=0.2)
    assert bar.matched == ""
    assert bar.minimum == ""
    assert bar.optimum == ""


def test_matched_money_follows_the_gifts_and_the_minimum_is_marked():
    bar = cloth_bar(raised_cents=300_000, matched_cents=300_000, goal_cents=1_200_000, minimum_cents=600_000)
    assert reach(bar.raised) == pytest.approx(WIDTH / 4, abs=0.2)
    assert reach(bar.matched) == pytest.approx(WIDTH / 2, abs=0.2)
    assert reach(bar.minimum) == pytest.approx(WIDTH / 2 + 1.5, abs=0.2)


def test_money_beyond_the_goal_fills_the_bar_and_marks_the_goal_inside():
    bar = cloth_bar(raised_cents=1_500_000, goal_cents=1_000_000)
    assert reach(bar.raised) == pytest.approx(WIDTH, abs=0.2)
    assert reach(bar.optimum) == pytest.approx(WIDTH * 2 / 3 + 1.5, abs=0.2)


@pytest.mark.parametrize(
    ("raised", "goal"), [(0, 0), (-500, 1000), (0, 1_000_000), (5, 0), (10**15, 1), (1, 10**15)]
)
def test_no_figure_breaks_the_bar(raised, goal):
    bar = cloth_bar(raised_cents=raised, goal_cents=goal)
    for path in (bar.warp, bar.raised, bar.matched):
        assert "-" not in path.replace("h-", "")
        assert reach(path) <= WIDTH + 0.2


def test_the_bar_says_its_sentence_in_any_language(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    markup = Template(
        "{% load weave_tags %}{% progress_bar raised_cents=123456 goal_cents=999999 label=label %}"
    ).render(Context({"label": "Raccolti 1.234,56 € su 9.999,99 €"}))
    svg = ElementTree.fromstring(markup.split("#}")[-1].strip())
    assert svg.get("aria-label") == "Raccolti 1.234,56 € su 9.999,99 €"
    assert svg.get("viewBox") == "0 0 600 36"
    assert "style" not in markup


# ---- the card of a shared link ----


def png_size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def test_the_social_card_is_a_picture_of_the_asked_size():
    card = social_card(
        title="Notte degli archivi", seed="n", threads=[TEATRO, SUONI], site_name="Cultnetwork"
    )
    assert png_size(card) == (1200, 630)


@pytest.mark.parametrize(
    "title",
    ["", "#let x = 1 $a$ *b* // \\", '"; panic("x")', "Parola" * 60, "città «élite» 🎭", "<b>&"],
)
def test_no_title_breaks_the_social_card(title):
    card = social_card(
        title=title, seed="x", threads=[], site_name="Rete", kicker="#kicker", language="en-gb"
    )
    assert png_size(card) == (1200, 630)
