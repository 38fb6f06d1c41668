"""Registries: what the layers above offer, each under its own key, in their order."""

import pytest

from cms.models import OutboxMessage
from cms.registries import row_scopes, visible_rows
from cms.registry import AlreadyRegistered, Registry
from members.models import User
from tests.factories.cms import OutboxMessageFactory


def test_things_come_in_the_order_of_their_registration():
    figures: Registry[str, object] = Registry("figures")
    figures.register("b", 1)

    @figures.register("a")
    def open_leads() -> int:
        return 3

    assert figures.items() == [("b", 1), ("a", open_leads)]
    assert (list(figures), len(figures), "a" in figures, figures["a"]()) == (["b", "a"], 2, True, 3)
    assert figures.get("c") is None
    with pytest.raises(KeyError):
        figures["c"]


def test_key_belongs_to_one_thing():
    figures: Registry[str, object] = Registry("figures")
    thing = object()
    figures.register("a", thing)
    figures.register("a", thing)
    with pytest.raises(AlreadyRegistered, match="figures: 'a'"):
        figures.register("a", object())
    figures.unregister("a")
    figures.unregister("a")
    assert len(figures) == 0


@pytest.mark.django_db
def test_rows_are_those_of_the_scope_and_none_without_one(superuser):
    mine, _other = OutboxMessageFactory(to="anna@example.org"), OutboxMessageFactory()
    rows, anna = OutboxMessage.objects.all(), User(email="anna@example.org")
    row_scopes.replace(OutboxMessage, lambda user, rows: rows.filter(to=user.email))
    try:
        assert list(visible_rows(anna, rows)) == [mine]
        assert visible_rows(superuser, rows).count() == 2
        row_scopes.unregister(OutboxMessage)
        assert visible_rows(anna, rows).count() == 0
        assert visible_rows(superuser, rows).count() == 2
    finally:
        row_scopes.restore(OutboxMessage)
