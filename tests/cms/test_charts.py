"""Charts: whole numbers on the lines, nothing that scales wrongly, and all that is drawn also said."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from cms.charts import Bar, Bars, Cell, Chart, Place, Series
from cms.charts.columns import FOOT, TOP, WIDE
from cms.charts.scale import lines
from cms.weave import Hue, Thread


def chart(*rows: list[int], labels=("once", "again", "more")) -> Chart:
    threads = (Thread(Hue.LAKE), Thread(Hue.BRICK, 3), Thread(Hue.GOLD, 2))
    return Chart(
        title="Gifts & more",
        places=[Place(f"m{at}", f"month {at}") for at in range(len(rows[0]))],
        series=[
            Series(
                label, thread, [Cell(value, f"{value} €", f"/list/?at={at}") for at, value in enumerate(row)]
            )
            for row, label, thread in zip(rows, labels, threads, strict=False)
        ],
        written=str,
    )


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize(
    ("most", "step", "expected"),
    [
        (0, 1, [0, 1]),
        (1, 1, [0, 1]),
        (7, 1, [0, 2, 4, 6, 8]),
        (40, 1, [0, 10, 20, 30, 40]),
        (41, 1, [0, 20, 40, 60]),
        (123_456, 100, [0, 50_000, 100_000, 150_000]),
        (250, 100, [0, 100, 200, 300]),
    ],
)
def test_lines_stand_at_round_numbers(most, step, expected):
    assert lines(most, step) == expected


@pytest.mark.parametrize("most", [1, 9, 10, 999, 4001, 10**12])
def test_lines_are_few_and_hold_the_highest(most):
    found = lines(most)
    assert 2 <= len(found) <= 6 and found[-1] >= most > found[-2]


def test_columns_are_as_high_as_their_numbers():
    svg = drawn(chart([10, 40], [0, 0]).wide)
    paths = [path.get("d", "") for path in svg.iter("path") if path.get("class") == "thread-lake"]
    heights = [float(d.split("v")[1].split("h")[0]) for d in paths]
    whole = WIDE.height - FOOT - TOP
    assert heights == pytest.approx([whole / 4 - 1.5, whole - 1.5], abs=0.1)


def test_names_of_series_that_end_alike_stand_apart():
    svg = drawn(chart([5, 0], [0, 0], [0, 0]).wide)
    heights = sorted(
        float(word.get("y", 0)) for word in svg.iter("text") if "chart__name" in word.get("class", "")
    )
    assert [b - a >= 15 for a, b in pairwise(heights)] == [True, True]


def test_words_are_escaped_and_every_number_is_said(rf):
    page = render_to_string("cms/admin/_chart.html", {"chart": chart([1], [2], labels=("<b>", "again"))})
    assert "<b>" not in page and "&lt;b&gt;" in page and "Gifts &amp; more" in page
    assert page.count('href="/list/?at=0"') == 2
    assert 'scope="row">month 0' in page


def test_a_chart_of_nothing_is_a_sentence():
    page = render_to_string("cms/admin/_chart.html", {"chart": chart([0, 0])})
    assert "<svg" not in page and "chart__empty" in page


def test_a_bar_is_as_long_as_its_number_and_less_than_nothing_has_none():
    bars = Bars(
        title="By campaign",
        heads=["Campaign", "Given"],
        bars=[
            Bar("a", 400, [Cell(400, "4 €")]),
            Bar("b", 100, [Cell(1, "1 €")]),
            Bar("c", -5, [Cell(-5, "-")]),
        ],
    )
    assert [drawing.split('d="M0 0h')[1].split("v")[0] for _bar, drawing, _cells in bars.rows] == [
        "1000",
        "250",
        "0",
    ]
