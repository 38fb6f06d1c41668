"""A home page as Wagtail's tutorial would have it written: what our pages are measured against."""
