"""Run one part of a benchmark as a process: `python -m console.management.bench preparing`."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()
sys.exit(import_module(f"console.management.bench.{sys.argv[1]}").main(sys.argv[2:]))
