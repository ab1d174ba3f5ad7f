"""The process that measures a curve, in a database of its own: `python -m console.management.curve DIR`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from console.management.curve import measuring  # noqa: E402  # settings come first

sys.exit(measuring.main(sys.argv[1:]))
