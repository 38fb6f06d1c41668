from django.urls import path

from .api.dispatch import api
from .web import assets, control, dashboard, hosted

urlpatterns = [
    path("v1/<path:rest>", api),
    path("c/pay/<str:session_id>", hosted.checkout_page),
    path("c/pay/<str:session_id>/authenticate", hosted.authentication_page),
    path("", dashboard.overview),
    path("deliveries/<int:delivery_id>/send", dashboard.send_again),
    path("assets/<str:name>", assets.asset),
    path("_sandbox/health", control.health),
    path("_sandbox/state", control.state),
    path("_sandbox/chaos", control.turn_knobs),
    path("_sandbox/flush", control.flush),
    path("_sandbox/deliver", control.deliver),
    path("_sandbox/reset", control.reset),
    path("_sandbox/sessions/<str:session_id>/pay", control.pay),
    path("_sandbox/sessions/<str:session_id>/expire", control.expire),
]

handler404 = "donations.sandbox.web.guard.not_found"
handler500 = "donations.sandbox.web.guard.broken"
