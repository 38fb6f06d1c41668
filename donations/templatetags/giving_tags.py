"""What giving pages must say about the mode of the payment service."""

from django import template

from donations import checks, gateway

register = template.Library()


@register.simple_tag
def giving_is_on() -> bool:
    """Whether online donations can be made."""
    return gateway.is_on()


@register.simple_tag
def giving_banner() -> str:
    """The sentence that every giving page shows while a public site is connected to a test account."""
    return checks.banner()
