"""The container of old workbooks: a small file system in a file."""

import struct

from cms.spreadsheets.reader.stopping import Stop

END = 0xFFFFFFFA


def stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of one of these names. Stops when the chains of the container lead nowhere."""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise Stop("broken")
    container = _Container(content, 1 << shift)
    directory = container.chain(struct.unpack_from("<I", content, 48)[0])
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if name not in names or entry[66] != 2:
            continue
        first, size = struct.unpack_from("<II", entry, 116)
        if size >= struct.unpack_from("<I", content, 56)[0]:
            return container.chain(first)[:size]
        small = container.chain(struct.unpack_from("<I", entries[0], 116)[0])
        links = container.chain(struct.unpack_from("<I", content, 60)[0])
        return _follow(small, links, first, 64)[:size]
    raise Stop("broken")


class _Container:
    def __init__(self, content: bytes, sector: int) -> None:
        self.content, self.sector = content, sector
        tables = list(struct.unpack_from("<109I", content, 76))
        more, count = struct.unpack_from("<II", content, 68)
        while more < END and count:
            part = struct.unpack_from(f"<{sector // 4}I", content, (more + 1) * sector)
            tables.extend(part[:-1])
            more, count = part[-1], count - 1
        self.links = b"".join(self._sector(table) for table in tables if table < END)

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.sector : (number + 2) * self.sector]

    def chain(self, first: int) -> bytes:
        return _follow(self.content[self.sector :], self.links, first, self.sector)


def _follow(content: bytes, links: bytes, first: int, size: int) -> bytes:
    """The pieces of a chain, one after the other; each may come once."""
    pieces, most = [], len(content) // size + 1
    while first < END:
        pieces.append(content[first * size : (first + 1) * size])
        if len(pieces) > most or (first + 1) * 4 > len(links):
            raise Stop("broken")
        first = struct.unpack_from("<I", links, first * 4)[0]
    return b"".join(pieces)
