"""A local Stripe: enough of its API, hosted page and webhooks to give for real without any money.

It is a Django project of its own (``donations.sandbox.settings``) that runs in its own process, bound to
loopback. It imports nothing of the site and not Stripe's library; the site reaches it over HTTP only.
"""
