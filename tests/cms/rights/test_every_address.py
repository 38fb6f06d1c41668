"""Every address of the back office and of the APIs, as every role and as a stranger, against rules/*.txt.

A failure lists every address that behaves otherwise. An address without a rule is a failure too: whoever adds
an address says who may open it. See tests/README.md.
"""

from collections.abc import Iterator
from zlib import crc32

import pytest

from cms.roles import Role
from tests.cms.rights.addresses import GUARDED, every_address
from tests.cms.rights.asking import CLOSED, STRANGER, Visitor, outcome, undrawn
from tests.cms.rights.filling import SENT, CannotFill, both
from tests.cms.rights.site import two_of_each
from tests.cms.rights.table import ROLES, Rule, rules

HOW = """
{count} things are not as tests/cms/rights/rules/*.txt say.
If you added an address, write its line there: the head of tests/cms/rights/table.py says how.
If you changed who may do what, change the line. Otherwise it is a hole.

{all}"""
# Answers 500 on purpose: Wagtail's own test of the page that says so.
ON_PURPOSE = {"wagtailadmin_error_test"}


def report(problems: list[str]) -> None:
    assert not problems, HOW.format(count=len(problems), all="\n".join(problems))


def guarded():
    return [address for address in every_address() if address.route.startswith(GUARDED)]


def test_every_address_has_a_rule_and_every_rule_an_address():
    known, named = rules(), {address.key for address in every_address()}
    report(
        [
            f"no rule: {address.key}   ({address.route})"
            for address in every_address()
            if address.key not in known
        ]
        + [f"no such address: {name}" for name in known if name not in named]
    )


@pytest.mark.sqlite  # who may open what does not depend on the database
def test_every_role_opens_what_its_rule_says(db):
    report(problems_of(everything=False))


@pytest.mark.long
def test_every_role_opens_and_sends_all_that_its_rule_says(db):
    report(problems_of(everything=True))


def problems_of(*, everything: bool) -> list[str]:
    """All that differs. Without `everything`, some of the roles that a rule treats alike are left out."""
    site, known = two_of_each(), rules()
    visitors = {role: Visitor(site.users[role]) for role in ROLES} | {STRANGER: Visitor()}
    problems: list[str] = []
    with undrawn():
        for address in guarded():
            rule = known.get(address.key)
            if rule is None or address.name in ON_PURPOSE:
                continue
            try:
                ours, theirs = both(address, site)
            except (CannotFill, KeyError) as unknown:
                problems.append(f"{address.key}: {unknown}")
                continue
            no_such: set[str] = set()
            for who, method in questions(rule, everything=everything):
                if method in no_such:
                    continue
                sent = SENT.get(rule.address) if method == "post" else None
                got = outcome(visitors[who].ask(method, ours, sent))
                problems += judged(rule, who, method, got, ours)
                if got == "405" and not everything:  # a method that a view does not know, it knows for nobody
                    no_such.add(method)
            if theirs != ours:
                problems += _of_another(rule, theirs, visitors[Role.COOPERATIVE_EDITOR])
    return problems


def questions(rule: Rule, *, everything: bool) -> Iterator[tuple[str, str]]:
    """Who asks by which method. The quick choice asks whatever may be a hole, and one of those who may.

    Everybody who may not read tries to; everybody who may only read tries to send; of those who may do
    nothing one tries to send as well. Of those who may, one does, and always a cooperative's editor.
    """
    yield STRANGER, "get"
    if everything or rule.stranger != "login":
        yield STRANGER, "post"
    turn = crc32(rule.address.encode())
    for method, letter in (("get", "r"), ("post", "w")):
        may = [role for role in ROLES if letter in rule.rights[role]]
        idle = [role for role in ROLES if rule.rights[role] == "-"]
        asked = set(ROLES) - set(may) - (set(idle) if method == "post" else set())
        asked |= {some[turn % len(some)] for some in (may, idle) if some}
        asked |= {Role.COOPERATIVE_EDITOR.value} & set(may)
        if rule.address.endswith("results"):  # the list itself, asked by everybody, without its frame
            asked = {some[turn % len(some)] for some in (may, idle) if some}
        for role in ROLES if everything else sorted(asked):
            yield role, method


def judged(rule: Rule, who: str, method: str, got: str, url: str) -> Iterator[str]:
    wanted = rule.stranger if who == STRANGER else rule.rights[who]
    if wanted == "login":
        right = got in ("login", "405")
    elif {"get": "r", "post": "w"}[method] in wanted:
        right = got == "open"
    else:
        right = got in CLOSED
    if not right:
        yield f"{rule.address}: {who} may {wanted!r}, but {method} gives {got}   ({url})"


def _of_another(rule: Rule, url: str, editor: Visitor) -> Iterator[str]:
    got = {outcome(editor.ask(method, url)) for method in ("get", "post")} - {"405"}
    closed = {rule.foreign}
    if rule.rights[Role.COOPERATIVE_EDITOR] == "-" and rule.foreign == "refused":
        closed.add("404")  # who may do nothing may as well not find the row
    right = "open" in got if rule.foreign == "shown" else got <= closed
    if not right or "500" in got:
        yield f"{rule.address}: another's row must be {rule.foreign}, but gives {sorted(got)}   ({url})"
