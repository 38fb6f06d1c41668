"""Italian: no nought before the day, and no name of the weekday where nobody asked for it."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"
