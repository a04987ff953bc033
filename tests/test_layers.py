"""The import rules of docs/architecture.md, as a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("vidtag", "vidtag_vgg16", "vidtag_reports", "vidtag_fetchers", "vidtag_gallery")

FREE = {
    "errors",
    "types",
    "paths",
    "text",
    "machine",
    "files",
    "ahead",
}  # import nothing of ours but each other
# These never import each other:
ROOMS = {
    "media", "regions", "timeline", "store", "models", "query", "dataset", "truth", "evaluation",
    "inference",
}  # fmt: skip
DRIVERS = {"registry", "scan", "report", "extract"}  # only these import them:
OUTER = {"cli", "contract", "web"}


def modules() -> dict[str, Path]:
    """Module name -> file, for all code of ours."""
    found = {}
    for base in (ROOT, ROOT / "plugins"):
        for package in OURS:
            for file in (base / package).rglob("*.py"):
                parts = file.relative_to(base).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[name] = file
    return found


MODULES = modules()


def below(nodes: list[ast.stmt]) -> set[ast.AST]:
    return {child for node in nodes for child in ast.walk(node)}


def imports(name: str, *, typing_only: bool) -> Iterator[tuple[str, bool]]:
    """(imported module, whether at the top level) of the module `name`.

    Args:
        name: of a module of ours.
        typing_only: whether to count what stands under `if TYPE_CHECKING`.
    """
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped |= below(node.body)
        elif isinstance(node, ast.FunctionDef):
            inside |= below(node.body)
    for node in ast.walk(tree):
        if typing_only or node not in skipped:
            yield from ((target, node not in inside) for target in targets(name, node))


def targets(name: str, node: ast.AST) -> Iterator[str]:
    """Modules that the statement `node` of the module `name` imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{name}: relative import"
        assert node.module is not None
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield full if full in MODULES else node.module


def room(module: str) -> str:
    """`media` for `vidtag.media.decode`; `` for what is not in the package `vidtag`."""
    parts = module.split(".")
    return parts[1] if parts[0] == "vidtag" and len(parts) > 1 else ""


@pytest.mark.parametrize("name", sorted(MODULES))
def test_module_keeps_the_import_rules(name: str) -> None:
    here = room(name)
    package = name.partition(".")[0]
    for target, _ in imports(name, typing_only=True):
        there, whose = room(target), target.partition(".")[0]
        if here in FREE and whose == "vidtag":
            assert there in FREE, f"{name} imports {target}: it may import nothing of ours"
        if here in ROOMS and there in ROOMS:
            assert here == there, f"{name} imports {target}: rooms do not import each other"
        if there in DRIVERS and here != there:
            assert here in OUTER, f"{name} imports {target}: only {sorted(OUTER)} may"
        if package.startswith("vidtag_") and whose == "vidtag":
            assert target == "vidtag.api", f"{name} imports {target}: plugins import vidtag.api"
        if whose.startswith("vidtag_"):
            assert whose == package, f"{name} imports the plugin {target}"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_module_keeps_libraries_in_their_room(name: str) -> None:
    for target, at_top in imports(name, typing_only=True):
        library = target.partition(".")[0]
        if library == "av":
            assert room(name) == "media", f"{name}: PyAV belongs to media"
        if library in {"sqlalchemy", "alembic", "psycopg"}:
            assert room(name) == "store", f"{name}: {library} belongs to store"
        if library in {"tensorflow", "keras"}:
            assert name.startswith("vidtag_vgg16"), f"{name}: {library} belongs to vidtag_vgg16"
            assert not at_top, f"{name}: {library} is imported inside functions only"
        assert target != "cv2.VideoCapture", f"{name}: OpenCV never opens a video"


def test_opencv_never_opens_a_video() -> None:
    culprits = [n for n, f in MODULES.items() if "VideoCapture(" in f.read_text(encoding="utf-8")]
    assert culprits == []


def test_there_is_no_import_cycle() -> None:
    graph = {
        name: {
            target
            for target, at_top in imports(name, typing_only=False)
            if target in MODULES and target != name and at_top
        }
        for name in MODULES
    }
    # A package that re-exports its own modules is not a cycle with them.
    for name, targets in graph.items():
        targets.difference_update({t for t in targets if name.startswith(f"{t}.")})
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)
