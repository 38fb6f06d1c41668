"""Whatever arrives at a public form: a clear sentence, nothing typed is lost, and never a 500."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from tests.factories.cms import CROSS_SITE, SAME_ORIGIN, guarded
from tests.public.forms import FORMS, OpenForm

pytestmark = pytest.mark.django_db

MEGABYTE = "é" * 1024 * 1024
EMOJI = "Ciao 👩🏽‍🎨 🇮🇹 è così"
SCRIPT = """</textarea><script>alert("1")</script><img src=x onerror='alert(1)'>"""
CLOSED = "<b>&amp;</b>"
# All at once, short enough for a first name.
MIXED = """È 👩🏽‍🎨 <b>&amp;</b></textarea><script>alert("1")</script>"""
ODD = "x\x00y\x08\x1b\x85\u2028\u202e\ufeff\udcffz".encode("utf-8", "surrogatepass").decode(
    "utf-8", "replace"
)

WITH_TEXTS = [name for name, form in FORMS.items() if form.texts]
WITH_GUARD = [name for name, form in FORMS.items() if form.has_guard]
LANGUAGES = ["it", "en"]


@pytest.fixture
def opened(client, request, language) -> OpenForm:
    return FORMS[request.param].open(client, language)


@pytest.fixture
def language() -> str:
    return "it"


def every(names=FORMS):
    return pytest.mark.parametrize("opened", list(names), indirect=True)


def every_with(argument: str, values, names=FORMS, *, languages=("it",)):
    """Each form with each value. Every form and every value has its turn; the whole square is long.

    values: a list, or a dictionary whose keys name the tests. languages: the turns alternate between them.
    """
    names, words = list(names), list(values)
    turns = {(n % len(names), n % len(words)) for n in range(max(len(names), len(words)))}
    pairs = []
    for row, name in enumerate(names):
        for column, word in enumerate(words):
            language = languages[(row + column // len(names)) % len(languages)]
            value = values[word] if isinstance(values, dict) else word
            marks = () if (row, column) in turns else (pytest.mark.long,)
            pairs.append(
                pytest.param(name, value, language, marks=marks, id=f"{name}-{str(word)[:12]}-{language}")
            )
    return pytest.mark.parametrize(("opened", argument, "language"), pairs, indirect=["opened"])


def assert_told(answer: HttpResponse, status: int, language: str = "it") -> str:
    """The page came back in its language, with a sentence for people; returns what is told."""
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.html["lang"] == language
    told = page.select_one("[role=alert]")
    assert told is not None and len(told.get_text(strip=True)) > 20
    return told.get_text(" ", strip=True)


def assert_kept_as_written(opened: OpenForm, answer: HttpResponse, but: dict | None = None) -> None:
    """Everything that was typed still stands in the form."""
    shown = opened.shown(answer)
    expected = {**opened.written, **(but or {})}
    assert {name: shown.get(name, "") for name in expected} == expected


@every()
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_is_told_at_each_field(opened, language):
    before = opened.count()
    answer = opened.send(dict.fromkeys(opened.written, ""))
    told = assert_told(answer, 422, language)
    assert opened.count() == before
    page = BeautifulSoup(answer.content, "html.parser")
    for name in opened.form.required:
        box = page.select_one(f"{opened.form.anchor} [name={name}]")
        assert box["aria-invalid"] == "true", name
    assert len(told) > 40


ELSEWHERE = {
    "cross-site": CROSS_SITE,
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "none": {"Sec-Fetch-Site": "none"},
    "other origin": {"Origin": "https://elsewhere.example"},
    "null origin": {"Origin": "null"},
    "nothing said": {},
}


@every_with("headers", ELSEWHERE, languages=LANGUAGES)
def test_a_form_sent_from_elsewhere_is_kept_and_not_taken(opened, language, headers):
    before = opened.count()
    answer = opened.send(headers=headers)
    assert_told(answer, 403, language)
    assert_kept_as_written(opened, answer)
    assert opened.count() == before


@every()
def test_a_matching_origin_is_enough(opened):
    assert opened.send(headers={"Origin": "http://testserver"}).status_code == 303


@every_with(
    "rendered", ["", "0", "1:2:3", "nonsense", "👩🏽‍🎨", "1" * 10_000], WITH_GUARD, languages=LANGUAGES
)
def test_a_stamp_that_is_not_ours_is_told(opened, language, rendered):
    before = opened.count()
    answer = opened.send({"rendered": rendered})
    told = assert_told(answer, 422, language)
    with translation.override(language):
        words = gettext(
            "This page was open for too long, so nothing was sent yet. Your words are still here: send again."
        )
    assert words in told
    assert_kept_as_written(opened, answer)
    assert opened.count() == before


@every(WITH_GUARD)
@pytest.mark.parametrize("age", [timedelta(days=8), timedelta(days=4000), -timedelta(days=1)])
def test_an_expired_form_is_kept_and_is_good_when_it_is_sent_again(opened, age):
    data = guarded(opened.written, age=age)
    answer = opened.client.post(opened.address, data, headers=SAME_ORIGIN)
    assert_told(answer, 422)
    assert_kept_as_written(opened, answer)
    # What the page holds now has a time of its own: two seconds later it is taken.
    fresh = opened.shown(answer)
    assert fresh["rendered"] != data["rendered"]
    assert opened.send().status_code == 303


@every(WITH_GUARD)
def test_a_filled_trap_is_told_to_a_person(opened):
    before = opened.count()
    answer = opened.send({"nickname_again": "Ada"})
    assert_told(answer, 422)
    assert_kept_as_written(opened, answer)
    assert opened.count() == before


def texts():
    return [
        pytest.param(name, text, id=f"{name}-{text}") for name in WITH_TEXTS for text in FORMS[name].texts
    ]


@pytest.mark.parametrize(("opened", "text"), texts(), indirect=["opened"])
@pytest.mark.parametrize(
    "typed",
    [
        MIXED,
        *(pytest.param(alone, marks=pytest.mark.long) for alone in (EMOJI, SCRIPT, CLOSED)),
    ],
    ids=["all", "emoji", "script", "html"],
)
def test_any_sign_is_only_text(opened, text, typed):
    """Taken as it is; and shown as it is, harmless, when something else is wrong."""
    answer = opened.send({text: typed, "email": "ada@persone"})
    assert_told(answer, 422)
    assert_kept_as_written(opened, answer, {text: typed, "email": "ada@persone"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert not page.select("main script:not([src])")
    assert not page.select("main img[onerror]")

    before = opened.count()
    assert opened.send({text: typed}).status_code == 303
    assert opened.count() == before + 1


@pytest.mark.parametrize(("opened", "text"), texts(), indirect=["opened"])
def test_signs_that_no_database_keeps_are_dropped_or_told(opened, text):
    answer = opened.send({text: ODD})
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        assert_told(answer, 422)


@pytest.mark.parametrize(("opened", "text"), texts(), indirect=["opened"])
def test_a_megabyte_in_one_field_comes_back_with_a_sentence(opened, text):
    before = opened.count()
    answer = opened.send({text: MEGABYTE})
    told = assert_told(answer, 422)
    assert len(told) < 1000
    assert opened.count() == before
    assert opened.shown(answer)[text] == MEGABYTE


IMPOSSIBLE = [
    "ada",
    "ada@",
    "@persone.example",
    "ada@persone",
    "ada@persone.example, livia@persone.example",
    "ada@persone.example\r\nBcc: livia@persone.example",
    "ada\x00@persone.example",
    '"><script>alert(1)</script>@persone.example',
    "è" * 300 + "@persone.example",
    "ada@" + "persone." * 100 + "example",
]


@every_with("email", IMPOSSIBLE, WITH_TEXTS)
def test_an_impossible_address_comes_back(opened, email):
    before = opened.count()
    answer = opened.send({"email": email})
    if answer.status_code == 303:
        # Spaces and signs that cannot be seen are taken out; what is left is one address.
        kept = opened.form.kept.objects.latest("pk")
        address = getattr(kept, "email", "") or getattr(kept, "donor", getattr(kept, "contact", None)).email
        assert address in ("ada@persone.example",)
        return
    assert_told(answer, 422)
    assert opened.count() == before


AMOUNTS = [
    "abc", "-5", "0", "0,01", "1,999", "1e3", "1e400", "NaN", "Infinity", "--5", "5-", "25,50,50", "1.2.3,4",
    "999999999999999999999999", "9" * 5000, "50.000,01", "٢٥", "½", "€", "25 USD", "0x19", "25\x00", "👩🏽‍🎨",
    "<b>25</b>",
]  # fmt: skip


@every_with("amount", AMOUNTS, ["gift", "gift to a campaign", "another try"])
def test_an_amount_that_cannot_be_given_comes_back_as_it_was_typed(opened, amount):
    before = opened.count()
    answer = opened.send({"amount": amount})
    assert_told(answer, 422)
    assert opened.count() == before
    assert opened.shown(answer)["amount"] == amount


CHOICES = {
    "gift": "preset",
    "gift to a campaign": "preset",
    "request": "service_format",
    "request on a format": "organisation_kind",
    "enrolment": "edition",
}


@every_with("value", ["0", "-1", "abc", "9" * 400, "1;2", "👩🏽‍🎨", "x\x00", "1.5", "None", "[]"], CHOICES)
def test_a_choice_that_was_not_offered_is_told(opened, value):
    before = opened.count()
    name = next(name for name, form in FORMS.items() if form is opened.form)
    answer = opened.send({CHOICES[name]: value})
    assert_told(answer, 422)
    assert opened.count() == before
    kept = {field: text for field, text in opened.written.items() if field != CHOICES[name]}
    shown = opened.shown(answer)
    assert {field: shown.get(field, "") for field in kept} == kept


BODIES = {
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "no text": (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    "json": (b'{"name": "Ada"}', "application/json"),
    "plain": (b"name=Ada", "text/plain"),
    "multipart cut short": (
        b"--x\r\nContent-Disposition: form-data; name=",
        "multipart/form-data; boundary=x",
    ),
    "multipart without parts": (b"", "multipart/form-data; boundary=x"),
    "unknown charset": (b"name=Ada", "application/x-www-form-urlencoded; charset=nonsense"),
}


@every_with("body", BODIES)
def test_a_body_that_is_no_form_is_an_empty_form(opened, body):
    raw, content_type = body
    before = opened.count()
    # The client's own post would encode the body.
    answer = opened.client.generic("POST", opened.address, raw, content_type, headers=SAME_ORIGIN)
    assert_told(answer, 422)
    assert opened.count() == before


FORM = "application/x-www-form-urlencoded"
BROKEN = {
    "multipart without a boundary": (b"x", "multipart/form-data", 400),
    "utf-16": ("name=Ada".encode("utf-16"), f"{FORM}; charset=utf-16", 400),
    "six megabytes": (b"message=" + b"x" * 6 * 1024 * 1024, FORM, 413),
    "eleven thousand fields": (b"&".join(b"a%d=1" % number for number in range(11_000)), FORM, 413),
}


@every_with("body", BROKEN, languages=LANGUAGES)
def test_a_body_that_cannot_be_read_is_answered_in_words(opened, language, body):
    raw, content_type, status = body
    before = opened.count()
    answer = opened.client.generic("POST", opened.address, raw, content_type, headers=SAME_ORIGIN)
    assert_told(answer, status, language)
    assert opened.count() == before


@every_with("method", ["put", "patch", "delete", "options", "head", "trace"])
def test_other_methods_change_nothing(opened, method):
    before = opened.count()
    answer = getattr(opened.client, method)(opened.address, headers=SAME_ORIGIN)
    assert answer.status_code in (200, 403, 405)
    assert opened.count() == before


@every()
def test_a_field_that_is_sent_twice_breaks_nothing(opened):
    twice = {name: [value, value] for name, value in opened.written.items()}
    assert opened.send(twice).status_code in (303, 422)
    files = {name: _file() for name in opened.written}
    assert_told(opened.send(files), 422)


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("virus.html", b"<script>alert(1)</script>")
