#!/usr/bin/env python3
"""The one command of the project: enters its own environment, then does what was asked."""

import os
import sys
from importlib import import_module

OLDEST_PYTHON = (3, 11)
# `up` has no use for Django in its own process, and `verify` judges trees in which Django does not even start.
WITHOUT_DJANGO = {"up": "console.launch.supervising", "verify": "console.launch.checking"}


def main() -> None:
    """The first lines run under any Python and outside of the environment; keep them plain."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit("Signalbox needs Python 3.11 or newer, and this is " + found + ": use a newer python3.")
    from console.launch import environment

    environment.enter(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_DJANGO:
        sys.exit(import_module(WITHOUT_DJANGO[sys.argv[1]]).main(sys.argv[2:]))
    run_django()


def run_django() -> None:
    """A setting or an address that is wrong is told in one sentence, and is no fault of Django's."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from console.launch.state import LaunchFailed

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, LaunchFailed) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
