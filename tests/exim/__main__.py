"""Do every step in order, or those that are named."""

import shutil
import subprocess
import sys

from aiosmtpd.smtp import SMTP

from tests.exim.server import SHOWN
from tests.exim.stage import chain
from tests.exim.steps import STEPS


def main(program: str, *names: str) -> int:
    """Do every step in order; return 1 at the first that is not as promised."""
    shown = str(SHOWN / "mail-gateway" / "exim.conf")
    said = subprocess.run([program, "-C", shown, "-bV"], capture_output=True, check=True, text=True)
    print(said.stdout.splitlines()[0])  # noqa: T201
    SMTP.line_length_limit = 64 * 1024  # the sink's
    with chain(program) as made:
        for step in STEPS:
            if names and step.__name__ not in names:
                continue
            print(f"  {step.__doc__}", flush=True)  # noqa: T201
            step(made)
            made.is_empty()
        print(f"{len(made.sink.messages)} messages arrived")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [shutil.which("exim4") or "exim4"])))
