"""Words as the search compares them."""

import pytest

from cms.folding import MOST_WORDS, fold, indexed, query_words, stem
from cms.plain_search import plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Città", "citta"), ("PERCHÉ", "perche"), ("Straße", "strasse"), ("naïve", "naive"), ("e\u0301", "e")],
)
def test_accents_and_capitals_fall(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("concerto", "concerti"),
        ("cooperativa", "cooperative"),
        ("archivio", "archivi"),
        ("laboratorio", "laboratori"),
    ],
)
def test_singular_and_plural_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["a", "io", "oboe", "due", "idea", "re"])
def test_short_words_are_left_whole(word):
    assert stem(word) == word


def test_index_holds_each_word_and_its_stem_once():
    assert indexed("La città", None, "", "città: CITTÀ!") == "la citta citt"


def test_any_text_gives_an_ordinary_list_of_words():
    assert query_words("\"città' OR (NOT lago*) -- \x00") == ["citt", "or", "not", "lag"]
    assert query_words("'\"*()\\ \x00 🎭") == []
    assert query_words("parola " * 20) == ["parol"]
    assert len(query_words(" ".join(f"parola{n}x" for n in range(50)))) == MOST_WORDS


def test_only_words_reach_the_database():
    assert plain("a\"b' \x00 NEAR(c)") == "a b NEAR c"
    assert plain('"') == ""
