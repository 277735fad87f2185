"""The product's own files: what tests about the code itself look through."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("foundation", "directory", "categories", "notifications", "gatekeeping", "portal")


MADE = {"node_modules", "var", "build", "htmlcov", "__pycache__"}
"""Folders that are made and not kept, for a copy of the tree that git knows nothing of."""


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that belongs to the repository, as it lies on disk now."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return tuple(sorted(place for place in ROOT.rglob("*") if _is_kept(place)))
    # Whoever runs the tests need not be the one who cloned the repository.
    command = [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    places = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(place for place in places if place.is_file()))


def _is_kept(place: Path) -> bool:
    folders = place.relative_to(ROOT).parts[:-1]
    return place.is_file() and not any(name in MADE or name[0] == "." for name in folders)


@cache
def modules() -> dict[Path, ast.Module]:
    """Return every module of the product with its syntax tree."""
    return {
        place: ast.parse(place.read_text())
        for place in tracked()
        if place.suffix == ".py" and place.relative_to(ROOT).parts[0] in PACKAGES
    }


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Return every call of a function of this name, with the file in which it stands."""
    for place, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if name == (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")):
                yield place, node
