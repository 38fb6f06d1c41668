"""The local Stripe: a project of its own, that the site reaches only over HTTP."""
