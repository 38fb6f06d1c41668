"""Reading the network over the API: only what is published, in one language, a page of rows at a time."""

from ninja import Router

from pages.api.campaigns import router as campaigns
from pages.api.cooperatives import router as cooperatives
from pages.api.courses import router as courses
from pages.api.events import router as events
from pages.api.formats import router as formats

router = Router()
for part in (cooperatives, formats, events, courses, campaigns):
    router.add_router("", part)
