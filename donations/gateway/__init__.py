"""The only door to Stripe: nothing else imports its library."""
