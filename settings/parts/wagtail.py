"""Wagtail: languages of the content, search, the admin and the two read APIs."""

from django.utils.translation import gettext_lazy as _

from settings.parts.django import BASE_URL, LANGUAGES

WAGTAIL_SITE_NAME = "Cultnetwork"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# A page sent to translation is online only when somebody publishes the translation.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# As they are typed here: the calendar of the editor takes what it cannot read for this very moment.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("it", _("Italian")), ("en", _("English"))]
# The days of the books are days in Italy: nobody looks at them by another clock.
WAGTAIL_USER_TIME_ZONES = ["Europe/Rome"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# "simple": PostgreSQL compares words as they are. What the public finds is folded and stemmed by cms.folding,
# the same on every database, and must not be stemmed again by the language of the server.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.plain_search", "SEARCH_CONFIG": "simple"}}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf"]
WAGTAILEMBEDS_FINDERS: list = []
WAGTAILAPI_LIMIT_MAX = 50
# The preview API may change in any release and its tokens see drafts: production switches it off.
NETWORK_API_V3_PREVIEW = False
