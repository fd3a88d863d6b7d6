"""What is said about a text with one's own people and places."""

from engage.i18n import lazy_gettext as _

EMPTY = _("Put in one person or one place first.")
TOO_LONG = _("This is too long for a text. Leave something out.")
THEIR_NAME = _("This is the name in your plan. Use a letter or a nickname.")
TELLS = _("This word could tell others what it is about: %(word)s. Use another one.")
READ_FIRST = _("Read the text and tick the box, if you want it.")
NO_PHONE = _("We have no phone number of yours, so we cannot text you.")
NO_TEXTS = _("Your phone asked for no more texts. Text START to us first, if you want this one.")
