"""Where the events arrive."""

from django.urls import include, path

urlpatterns = [path("stripe/", include("djstripe.urls", namespace="djstripe"))]


def keep_only(trigger, **_how):
    """The least that a callback can do: dj-stripe has kept the request; a queue would have to be told."""
