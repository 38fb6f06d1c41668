"""The account and the endpoint, as they are after `djstripe_sync_models`: an old site, not a first event."""

import os

import django


def prepare() -> None:
    from djstripe.models import Account, APIKey, WebhookEndpoint

    key = os.environ["STRIPE_SECRET_KEY"]
    account = Account.objects.create(id="acct_benchmarks", livemode=False, stripe_data={})
    APIKey.objects.create(secret=key, type="secret", livemode=False, djstripe_owner_account=account)
    WebhookEndpoint.objects.create(
        id="we_benchmarks",
        livemode=False,
        secret=os.environ["STRIPE_WEBHOOK_SECRET"],
        djstripe_uuid=os.environ["PEER_UUID"],
        enabled_events=["*"],
        djstripe_owner_account=account,
        url="https://www.example.org/",
    )


if __name__ == "__main__":
    django.setup()
    prepare()
