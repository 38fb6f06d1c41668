"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.urls import URLPattern, URLResolver, path

from pages import sitemap, social, views
from pages.languages import address

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("cartolina/<int:pk>.png", social.picture, name="social_card"),
]
localised: list[URLPattern | URLResolver] = [
    path(address(it="cerca/", en="search/"), views.search, name="search"),
    path("calendario.ics", views.calendar_feed, name="calendar"),
    path("calendario/<uuid:key>.ics", views.event_calendar, name="event_calendar"),
    path("cooperative/<slug:slug>/calendario.ics", views.cooperative_calendar, name="cooperative_calendar"),
]
