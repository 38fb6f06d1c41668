from django.urls import path

from .api.dispatch import api
from .web import assets, control, controls, dashboard, hosted, portal

urlpatterns = [
    path("v1/<path:rest>", api),
    path("c/pay/<str:session_id>", hosted.checkout_page),
    path("c/pay/<str:session_id>/authenticate", hosted.authentication_page),
    path("p/session/<str:session_id>", portal.portal_page),
    path("", dashboard.overview),
    path("deliveries/<int:delivery_id>/send", dashboard.send_again),
    path("controls", controls.page),
    path("assets/<str:name>", assets.asset),
    path("_sandbox/health", control.health),
    path("_sandbox/state", control.state),
    path("_sandbox/chaos", control.turn_knobs),
    path("_sandbox/flush", control.flush),
    path("_sandbox/deliver", control.deliver),
    path("_sandbox/reset", control.reset),
    path("_sandbox/advance", control.advance),
    path("_sandbox/customers/<str:customer_id>/card", control.change_card),
    path("_sandbox/payment_methods/<str:method_id>/renew", control.renew_card),
    path("_sandbox/charges/<str:charge_id>/dispute", control.dispute),
    path("_sandbox/charges/<str:charge_id>/warn", control.warn),
    path("_sandbox/disputes/<str:dispute_id>/close", control.close_dispute),
    path("_sandbox/refunds/<str:refund_id>/become", control.move_refund),
    path("_sandbox/payouts/<str:payout_id>/fail", control.fail_payout),
    path("_sandbox/sessions/<str:session_id>/pay", control.pay),
    path("_sandbox/sessions/<str:session_id>/expire", control.expire),
]

handler404 = "donations.sandbox.web.guard.not_found"
handler500 = "donations.sandbox.web.guard.broken"
