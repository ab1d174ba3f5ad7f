"""The process that keeps the servers of one test run, and takes them away when the run is gone.

It lives on a pipe from pytest: when that closes, because pytest ended or was killed, so does this.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from console.launch.servers.services import Services
from console.launch.state import LaunchFailed


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="signalbox-tests-"))
    folder.chmod(0o711)  # as root the server may run under another account; what is in there is closed
    services = Services(folder, durable=False)
    try:
        services.start()
        print(json.dumps(services.environment), flush=True)
        sys.stdin.read()
    except LaunchFailed as failure:
        sys.exit(str(failure))
    finally:
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
