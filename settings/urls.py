"""Every address of the site. Each app brings those that are not pages; Wagtail's pages take the rest."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms import audit_report
from cms import urls as cms_urls
from cms.doors.urls import entrance_patterns
from donations import urls as donations_urls
from members import urls as members_urls
from pages import urls as pages_urls
from settings.api import api
from settings.health import healthz
from settings.wagtail_api import api_v2

_APPS = (cms_urls, donations_urls, members_urls, pages_urls)

handler400 = "cms.errors.unreadable"

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("admin/", include(entrance_patterns)),
    path("admin/", include(audit_report.urlpatterns)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/network/v1/", api.urls),
    path("api/v2/", api_v2.urls),
    *(pattern for app in _APPS for pattern in app.urlpatterns),
]

if settings.NETWORK_API_V3_PREVIEW:
    from wagtail.api.v3.urls import api as api_v3

    urlpatterns.append(path("api/v3-preview/", api_v3.urls))

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    *(pattern for app in _APPS for pattern in app.localised),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
