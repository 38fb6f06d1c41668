"""The content policy: strict for the public, as wide as Wagtail's editor needs in the admin."""

import pytest

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize("path", ["/", "/en/", "/niente/", "/en/unsubscribe/guess/"])
def test_public_pages_run_and_load_only_what_comes_from_here(client, path):
    found = policy(client.get(path))
    assert found["default-src"] == {"'self'"}
    assert found["object-src"] == {"'none'"}
    assert found["base-uri"] == found["frame-ancestors"] == {"'self'"}
    assert "'self'" in found["form-action"]
    assert "unsafe" not in str(found)
    assert "*" not in str(found)


def test_admin_may_write_inline_but_loads_nothing_from_elsewhere(login):
    found = policy(login().get("/admin/"))
    assert found["script-src"] == {"'self'", "'unsafe-inline'"}
    assert found["default-src"] == {"'self'"}
    assert not any(source.startswith(("http", "*")) for sources in found.values() for source in sources)


def test_address_that_only_begins_like_the_admin_stays_strict(client):
    assert "unsafe" not in client.get("/administration/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/en/admin/")["Content-Security-Policy"]
