"""Run one part of a replay as a process: `python -m console.management.replay submitting DIR`."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()
sys.exit(import_module(f"console.management.replay.{sys.argv[1]}").main(sys.argv[2:]))
