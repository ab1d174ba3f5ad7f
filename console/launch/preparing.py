"""What happens between the servers being up and the console being up, in one process.

Run as `python -m console.launch.preparing [--no-sample]`. Progress goes to standard error; what
is on standard output is the sign-in of the first people, for the launcher to show at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
    known = get_commands()
    if "load_sample" in known and "--no-sample" not in arguments:
        call_command("load_sample", stdout=sys.stderr)
    if "make_first_people" in known:
        call_command("make_first_people")


if __name__ == "__main__":
    main(sys.argv[1:])
