"""Set the machine up to run the portal, or to test it. Standard library only; run by `make`.

    python3 scripts/bootstrap.py run     what `make run` needs
    python3 scripts/bootstrap.py test    that, and what the tests and checks need
    python3 scripts/bootstrap.py bench   that, and what the measurements compare the portal with

Each step leaves a stamp in the virtual environment that names what it was done for, so running
this again does only what has changed since.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
LOCKS = {
    "run": [ROOT / "requirements.txt"],
    "test": [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"],
    "bench": [
        ROOT / "requirements.txt",
        ROOT / "requirements-dev.txt",
        ROOT / "requirements-bench.txt",
    ],
}

# Installing must not start a database, a broker or a mail server beside the one that tests start
# for themselves; Debian asks this file first. One that is there already says what its owner wants.
# Postfix gets no settings, and nothing that is there (another mail server) makes way for it.
APT = """
set -u
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
if command -v debconf-set-selections > /dev/null; then
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
fi
install() {
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --no-remove "$@"
}
install "$@" > /dev/null 2>&1 && exit
apt-get -qq update && install "$@" > /dev/null
"""


class CannotGoOnError(Exception):
    """Says in a sentence what is missing."""


class Need(NamedTuple):
    """Something of the system's, how to see that it is there, and the packages that bring it."""

    name: str
    here: Callable[[], bool]
    packages: Sequence[str]
    without: str = ""  # what the portal cannot do without it; empty when there is no going on


def library(*names: str) -> Callable[[], bool]:
    """Return a check that shared libraries can be loaded."""

    def here() -> bool:
        try:
            for name in names:
                ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return here


def program(*names: str) -> Callable[[], bool]:
    """Return a check that one of these programs is on the path."""
    return lambda: any(map(shutil.which, names))


def postfix() -> bool:
    """True if Postfix is here; its programs are on the path of root only."""
    return bool(shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin"))


def arial_or_alike() -> bool:
    """True if a font as wide as Arial is installed, so that letters break where they should."""
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "~/.fonts")
    return any(
        next(Path(folder).expanduser().glob(f"**/{name}*.ttf"), None)
        for folder in folders
        for name in ("LiberationSans-", "Arial", "arial")
    )


def postgresql() -> bool:
    """True if a PostgreSQL server can be started from here."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


TO_RUN = (
    Need(
        "Pango",
        library("libpango-1.0.so.0", "libpangoft2-1.0.so.0")
        if sys.platform == "linux"
        else program("pango-view"),
        ("libpango-1.0-0", "libpangoft2-1.0-0"),
        without="letters cannot be made",
    ),
    Need(
        "HarfBuzz's subsetter",
        library("libharfbuzz-subset.so.0") if sys.platform == "linux" else lambda: True,
        ("libharfbuzz-subset0",),
        without="letters are larger files",
    ),
    Need(
        "a font like Arial",
        arial_or_alike,
        ("fonts-liberation",),
        without="letters use another font",
    ),
)
TO_TEST = (
    Need(
        "Chromium",
        program("chromium", "chromium-browser", "google-chrome"),
        ("chromium",),
    ),
    Need("PostgreSQL", postgresql, ("postgresql",)),
    Need("Redis", program("redis-server"), ("redis-server",)),
    Need("Postfix", postfix, ("postfix",), without="the mail gateway cannot be tested behind it"),
)


def main(purpose: str) -> int:
    """Do every step, or say what is missing."""
    try:
        install_system_packages([*TO_RUN, *TO_TEST] if purpose != "run" else TO_RUN)
        make_environment()
        install_libraries(purpose)
        install_portal()
    except CannotGoOnError as reason:
        print(reason, file=sys.stderr)
        return 1
    return subprocess.run([PYTHON, ROOT / "scripts" / "build_assets.py"], check=False).returncode


def install_system_packages(needs: Sequence[Need]) -> None:
    """Install what is missing with apt when it may be used, else name it."""
    missing = [need for need in needs if not need.here()]
    if not missing:
        return
    if shutil.which("apt-get") and (become_root := _become_root()) is not None:
        # What we can do without comes by itself, lest it keep away what we cannot.
        together = [need for need in missing if not need.without]
        alone = [[need] for need in missing if need.without]
        for some in filter(None, [together, *alone]):
            packages = [package for need in some for package in need.packages]
            print(f"Installing {', '.join(packages)} ...", flush=True)
            # A failure shows in what is still missing, and apt has said why.
            subprocess.run([*become_root, "sh", "-c", APT, "apt", *packages], check=False)
        missing = [need for need in missing if not need.here()]
    for need in missing:
        if need.without:
            advice = f"install {' '.join(need.packages)} or what your system calls it"
            print(f"{need.name} is missing, so {need.without}: {advice}.", file=sys.stderr)
    if vital := [need for need in missing if not need.without]:
        names = ", ".join(need.name for need in vital)
        packages = [package for need in vital for package in need.packages]
        message = f"Missing: {names}. Install {' '.join(packages)} and run this again."
        raise CannotGoOnError(message)


def _become_root() -> list[str] | None:
    """Return what goes before a command that root must run, or None if we may not."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and _succeeds([*sudo, "true"]):
        return sudo
    return None


def make_environment() -> None:
    """Make the virtual environment, unless there is one that works."""
    # An environment cannot move, so one that came along with a copied folder does not count.
    stamp, wanted = STAMPS / "environment", _fingerprint(str(ROOT))
    if PYTHON.exists() and (_read(stamp) == wanted or not stamp.exists()) and _has_pip():
        _write(stamp, wanted)
        return
    print("Making the virtual environment ...", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if not _succeeds(command):
        # Debian keeps what makes environments in a package of its own.
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if shutil.which("apt-get") and (become_root := _become_root()) is not None:
            subprocess.run([*become_root, "sh", "-c", APT, "apt", version], check=False)
        if not _succeeds(command):
            message = f"Python cannot make a virtual environment: install {version} and run again."
            raise CannotGoOnError(message)
    _write(stamp, wanted)


def _has_pip() -> bool:
    return any(VENV.glob("lib/python3.*/site-packages/pip/__main__.py"))


def install_libraries(purpose: str) -> None:
    """Install exactly what the lock says, checked by its hashes."""
    # A larger lock holds everything that a smaller one does.
    enough = [each for each, locks in LOCKS.items() if set(LOCKS[purpose]) <= set(locks)]
    if any(_read(STAMPS / each) == _fingerprint(*LOCKS[each]) for each in enough):
        return
    print("Installing Python libraries (a minute the first time) ...", flush=True)
    _pip("--require-hashes", "-r", str(LOCKS[purpose][-1]))
    for each, locks in LOCKS.items():
        if set(locks) <= set(LOCKS[purpose]):
            _write(STAMPS / each, _fingerprint(*locks))


def install_portal() -> None:
    """Put the portal itself, and its command, into the environment."""
    stamp = STAMPS / "portal"
    wanted = _fingerprint(ROOT / "pyproject.toml", ROOT / "setup.cfg")
    if _read(stamp) == wanted and (VENV / "bin" / "portal").exists():
        return
    _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _write(stamp, wanted)


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-4000:], file=sys.stderr)
        message = "Python libraries could not be installed (see above): connect and run this again."
        raise CannotGoOnError(message)


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fingerprint(*parts: Path | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text(encoding="ascii") if file.is_file() else None


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="ascii")


if __name__ == "__main__":
    if sys.argv[1:] not in [[purpose] for purpose in LOCKS]:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
