"""The settings that every environment shares, put together from settings/parts."""

from settings.parts.django import *
from settings.parts.donations import *
from settings.parts.logging import *
from settings.parts.security import *
from settings.parts.spreadsheets import *
from settings.parts.wagtail import *
