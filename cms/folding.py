"""Words as the search compares them: without accents, capitals and last vowels.

"Città", "citta" and "CITTÀ" fold to the same word, on every database: what is indexed and what is typed go
through the same function, so nothing depends on what a database knows of Italian.
"""

import re
import unicodedata

LONGEST_QUERY = 200
MOST_WORDS = 8


def fold(text: str) -> str:
    """The text in lower case without accents or other marks: "Perché" is "perche"."""
    parts = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def stem(word: str) -> str:
    """A folded word without its final vowels, when enough is left of it.

    Italian marks number and gender there: "concerto" and "concerti", "cooperativa" and "cooperative" meet.
    """
    short = word.rstrip("aeiou")
    return short if len(short) >= 3 else word


def words(text: str) -> list[str]:
    """The folded words of a text. Signs, quotes and operators are not words, and vanish."""
    return re.findall(r"[^\W_]+", fold(text))


def indexed(*texts: str | None) -> str:
    """What to put in the search index for some texts: each word folded, and its stem.

    The site's search asks for stems; the admin's and the APIs' ask for what was typed, often unaccented.
    """
    found = [word for text in texts if text for word in words(text)]
    return " ".join(dict.fromkeys(form for word in found for form in (word, stem(word))))


def query_words(typed: str) -> list[str]:
    """The stems to look for in what a person typed: at most MOST_WORDS, in order, none twice.

    Whatever is typed gives an ordinary list: an empty one means that there is nothing to look for.
    """
    return list(dict.fromkeys(stem(word) for word in words(typed[:LONGEST_QUERY])))[:MOST_WORDS]
