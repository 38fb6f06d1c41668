"""Rules that change custom fields."""
