"""The weave: a picture of who did something together, drawn from data.

Every cooperative, competence or person of the network owns a thread: a hue and a rhythm. What several of them
do together is the cloth of their threads: some run as warp (downwards), some as weft (across), over and under
each other. Everything here is a pure function of a seed and the threads, so the same thing always looks the
same, on a page, in a PDF and on a social card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import NamedTuple


class Hue(StrEnum):
    BRICK = "brick"
    LAKE = "lake"
    LOTUS = "lotus"
    REED = "reed"
    GOLD = "gold"
    PLUM = "plum"
    # Belongs to nobody: the bare warp that a single voice is woven into.
    GROUND = "ground"


VOICES = tuple(hue for hue in Hue if hue is not Hue.GROUND)

# The strands of one thread inside its cell: (offset from the cell's middle, width), in cells.
RHYTHMS: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((0.0, 0.62),),
    2: ((-0.18, 0.26), (0.18, 0.26)),
    3: ((-0.23, 0.16), (0.0, 0.16), (0.23, 0.16)),
    4: ((-0.11, 0.4), (0.24, 0.14)),
    5: ((0.0, 0.36),),
}

PAPER = "#FBF7F0"
COLOURS = {
    Hue.BRICK: "#A23A1F",
    Hue.LAKE: "#1D5872",
    Hue.LOTUS: "#B8325E",
    Hue.REED: "#4C6B2F",
    Hue.GOLD: "#D9A21B",
    Hue.PLUM: "#5B3B78",
    Hue.GROUND: "#DDD2C0",
}

CELL = 40
SLIT = 0.075  # the gap where one thread dives under another, in cells


@dataclass(frozen=True)
class Thread:
    """One voice of the network. rhythm: 1 to 5, how its strands lie (see RHYTHMS)."""

    hue: Hue
    rhythm: int = 1

    @property
    def hue_class(self) -> str:
        """The CSS class that gives an element this thread's colour."""
        return f"hue-{self.hue}"


GROUND_THREAD = Thread(Hue.GROUND, 5)
# The network as a whole: a thread of each hue.
WHOLE = tuple(Thread(hue, 1 + number % len(RHYTHMS)) for number, hue in enumerate(VOICES))


class Size(NamedTuple):
    columns: int
    rows: int
    frayed: bool  # loose ends at the left and the foot, to fade into the page


SIZES = {
    "thumb": Size(4, 4, False),
    "card": Size(9, 6, False),
    "header": Size(14, 11, True),
    "hero": Size(13, 14, True),
    "strip": Size(60, 2, False),
    "ribbon": Size(32, 2, False),
    "social": Size(30, 16, True),
}
PIXELS = {"social": (1200, 630)}


def thread_for(stable_id: object) -> Thread:
    """The thread that belongs to an id (a slug, a uuid, a number) for ever."""
    # The number is chosen so that the first eight cooperatives look as different as eight can.
    dice = _dice("thread-1554242", str(stable_id))
    return Thread(VOICES[next(dice) % len(VOICES)], 1 + next(dice) % len(RHYTHMS))


def threads_in(hue: Hue | str) -> list[Thread]:
    """Threads of one hue beside the bare warp, for a page that has a colour and speaks for nobody alone."""
    return [Thread(Hue(hue), 1), GROUND_THREAD, Thread(Hue(hue), 3), Thread(Hue(hue), 4)]


def weave(
    seed: object, threads: Sequence[Thread], size: str = "card", *, title: str = "", extra_class: str = ""
) -> str:
    """An inline SVG for a page, coloured by the site's stylesheet (light, dark, print).

    seed: anything stable that tells this cloth from others of the same threads. size: a key of SIZES.
    title: words for screen readers when the picture says something; empty for decoration.
    Returns markup that is safe to print. Raises KeyError for an unknown size.
    """
    cloth = _cloth(str(seed), tuple(threads), SIZES[size])
    width, height = _pixels(size)
    names = " ".join(filter(None, ("weave", f"weave--{size}", extra_class)))
    role = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    paths = "".join(
        f'<path class="{direction} thread-{hue}" d="{d}"/>' for (direction, hue), d in cloth.items()
    )
    return (
        f'<svg class="{escape(names)}" viewBox="0 0 {width} {height}" preserveAspectRatio="xMaxYMin slice" '
        f'focusable="false" {role}>{paths}</svg>'
    )


def standalone(
    seed: object, threads: Sequence[Thread], size: str = "card", *, title: str = "", paper: str | None = PAPER
) -> str:
    """The same cloth as a file of its own, with literal colours: receipts, certificates, social cards.

    paper: the colour of the ground, or None to leave it transparent.
    """
    cloth = _cloth(str(seed), tuple(threads), SIZES[size])
    width, height = _pixels(size)
    ground = f'<rect width="100%" height="100%" fill="{paper}"/>' if paper else ""
    paths = "".join(
        f'<path fill="{_shade(direction, hue)}" d="{d}"/>' for (direction, hue), d in cloth.items()
    )
    name = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{name}{ground}{paths}</svg>'
    )


def _pixels(size: str) -> tuple[int, int]:
    shape = SIZES[size]
    return PIXELS.get(size, (shape.columns * CELL, shape.rows * CELL))


def _shade(direction: str, hue: Hue) -> str:
    """The weft is a breath lighter than the warp, as in components.css."""
    colour = COLOURS[hue]
    if direction == "warp":
        return colour
    mixed = (round(int(colour[i : i + 2], 16) * 0.86 + 255 * 0.14) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in mixed)


def _dice(*words: str) -> Iterator[int]:
    """An endless stream of bytes that depends on the words alone, on any machine and Python."""
    turn = 0
    while True:
        yield from hashlib.blake2b("\x1f".join((*words, str(turn))).encode()).digest()
        turn += 1


class _Run(NamedTuple):
    """One thread in the loom: where it lies and how far it reaches, in cells."""

    thread: Thread
    at: int
    start: float
    end: float


# A page of cards draws the same cloths at every view; 2,000 of them are some 4 MB.
@lru_cache(maxsize=2000)
def _cloth(seed: str, threads: tuple[Thread, ...], shape: Size) -> dict[tuple[str, Hue], str]:
    """SVG path data by direction and hue; wefts first, so that files are the same byte for byte.

    Every caller gets the same dictionary: read it, never write to it.
    """
    voices = list(dict.fromkeys(threads)) or [GROUND_THREAD]
    dice = _dice("weave", seed, *(f"{voice.hue}{voice.rhythm}" for voice in voices))
    if len(voices) == 1:
        voices.append(GROUND_THREAD)
    start = next(dice)
    warps = _lay(voices, start, shape.columns, shape.rows, dice, frayed=shape.frayed, across=False)
    wefts = _lay(voices, start + 1, shape.rows, shape.columns, dice, frayed=shape.frayed, across=True)
    paths: dict[tuple[str, Hue], list[str]] = {}
    for weft in wefts:
        crossing = [warp for warp in warps if _meet(weft, warp)]
        under = [warp for warp in crossing if (warp.at + weft.at) % 2 == 0]
        paths.setdefault(("weft", weft.thread.hue), []).extend(_strands(weft, under, across=True))
    for warp in warps:
        crossing = [weft for weft in wefts if _meet(weft, warp)]
        under = [weft for weft in crossing if (warp.at + weft.at) % 2 == 1]
        paths.setdefault(("warp", warp.thread.hue), []).extend(_strands(warp, under, across=False))
    return {key: "".join(parts) for key, parts in paths.items()}


def _meet(weft: _Run, warp: _Run) -> bool:
    return weft.start <= warp.at + 0.5 <= weft.end and warp.start <= weft.at + 0.5 <= warp.end


def _lay(
    voices: Sequence[Thread],
    first: int,
    count: int,
    length: int,
    dice: Iterator[int],
    *,
    frayed: bool,
    across: bool,
) -> list[_Run]:
    """Thread one side of the loom: runs of the same voice, some places left empty."""
    longest = max(1, min(3, count // len(voices)))  # so that every voice finds a place
    runs: list[_Run] = []
    at, turn, open_places = 0, first, 0
    while at < count:
        voice = voices[turn % len(voices)]
        repeats = 1 if voice == GROUND_THREAD else 1 + next(dice) % longest
        for place in range(min(repeats, count - at)):
            loose = next(dice)
            # Some places stay open, so that it reads as a net; never a voice's first, never two together.
            if place and loose % 4 == 0 and open_places < at:
                open_places = at + 2
            else:
                runs.append(_Run(voice, at, *_reach(at, count, length, loose, frayed=frayed, across=across)))
            at += 1
        turn += 1
    return runs


def _reach(
    at: int, count: int, length: int, loose: int, *, frayed: bool, across: bool
) -> tuple[float, float]:
    """How far a thread runs. A frayed cloth is whole at the top right, loose at the left and the foot."""
    if not frayed:
        return -0.5, length + 0.5
    share = loose / 255
    # Ends fall between two threads, never on a crossing, and not quite in line.
    ragged = (loose % 5 - 2) * 0.05
    if across:  # wefts hang from the right edge; lower ones are shorter
        return round(length * (0.08 + 0.45 * share * (0.3 + at / count))) + ragged, length + 0.5
    # warps hang from the top; those at the left are shorter
    return -0.5, round(length * (1 - (0.06 + 0.5 * share * (1.25 - at / count)))) + ragged


def _strands(run: _Run, under: Sequence[_Run], *, across: bool) -> Iterator[str]:
    """The visible pieces of one thread as closed rectangles."""
    pieces: list[tuple[float, float]] = []
    position = run.start
    for other in sorted(under, key=lambda other: other.at):
        strands = RHYTHMS[other.thread.rhythm]
        near = other.at + 0.5 + min(offset - width / 2 for offset, width in strands) - SLIT
        far = other.at + 0.5 + max(offset + width / 2 for offset, width in strands) + SLIT
        pieces.append((position, near))
        position = far
    pieces.append((position, run.end))
    for offset, width in RHYTHMS[run.thread.rhythm]:
        edge = run.at + 0.5 + offset - width / 2
        for begin, end in pieces:
            if end - begin > 0.02:
                yield (
                    _rectangle(begin, edge, end - begin, width)
                    if across
                    else _rectangle(edge, begin, width, end - begin)
                )


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{_unit(x)} {_unit(y)}h{_unit(width)}v{_unit(height)}h{_unit(-width)}z"


def _unit(cells: float) -> str:
    return f"{cells * CELL:.1f}".removesuffix(".0")
