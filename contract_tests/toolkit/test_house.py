"""The house: which package may import which.

The tables of docs/architecture.md say it: a package imports only rows above its own, and of those
only the ones named there; rows marked "everywhere" need not be named. Deferred imports and those
for type checkers count as well. To change a dependency, change table and code in one commit.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import seqrkit

PACKAGE = Path(seqrkit.__file__).parent
ARCHITECTURE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
ROW = re.compile(r"^\| `(\S+)` \| [^|]+ \| ([^|]*) ?\|$", re.MULTILINE)
ROWS = dict(ROW.findall(ARCHITECTURE.read_text(encoding="utf-8")))
EVERYWHERE = {name for name, cell in ROWS.items() if cell.strip() == "everywhere"}
ANNOTATED = {"errors": {"contract", "exchange", "model"}}  # for type checkers only
PARTS = {"model_base": "model"}  # a file that is a part of another place
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def above(place: str) -> str:
    """Return what the names in a row begin with: `simulator.` for `simulator.store`."""
    return "".join(place.rpartition(".")[:2])


HOUSE = {
    place: {above(place) + name for name in re.findall(r"`(\w+)`", cell)}
    for place, cell in ROWS.items()
}
NESTED = {above(place).rstrip(".") for place in HOUSE} - {""}


def places_of(module: str) -> Iterator[str]:
    """The rows of a module: `simulator` and `simulator.store` for `simulator.store.sqlite`."""
    first, *rest = module.split(".") if module else [""]
    first = PARTS.get(first, first)
    yield first if first in HOUSE else "__init__"
    if first in NESTED:
        nested = f"{first}.{rest[0]}" if rest else ""
        yield nested if nested in HOUSE else f"{first}.__init__"


def module_of(path: Path) -> str:
    parts = (*path.parts[:-1], path.stem)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def targets(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """The dotted names an import statement reaches for, relative ones resolved."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = package[: len(package) - node.level + 1] if node.level else ()
        base = ".".join((*start, *filter(None, [node.module])))
        yield from (f"{base}.{alias.name}" for alias in node.names)


def arrows(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """The modules of the package that a file imports, each with the line."""
    package = ("seqrkit", *path.parts[:-1])
    for node in ast.walk(ast.parse(source)):
        for target in targets(node, package):
            first, _, module = target.partition(".")
            if first == "seqrkit":
                yield getattr(node, "lineno", 0), module


def wrong_imports(path: Path, source: str) -> Iterator[str]:
    """What a file imports although no row allows it."""
    own = list(places_of(module_of(path)))
    for line, module in arrows(path, source):
        for place, target in zip(own, places_of(module), strict=False):
            if place == target:
                continue  # the same package: the next, nested pair decides
            if target not in {*EVERYWHERE, *HOUSE[place], *ANNOTATED.get(place, ())}:
                yield f"{path}:{line} imports {target}, which the table does not allow {place}"
            break


def test_no_row_imports_one_below_it() -> None:
    seen: set[str] = set()
    for place, imports in HOUSE.items():
        assert imports <= seen, f"{place} is above something it imports: {imports - seen}"
        seen.add(place)


def test_a_computed_import_stays_in_its_own_place() -> None:
    far = [
        f"{path}:{call.lineno}"
        for path in FILES
        if module_of(path)  # the public names come from everywhere
        for call in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith(("import_module", "__import__"))
        and not ast.unparse(call.args[0]).startswith("f'{__name__}.")
    ]
    assert not far


def test_client_and_simulator_never_import_each_other() -> None:
    assert "simulator" not in HOUSE["client"]
    assert "client" not in HOUSE["simulator"]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_only_what_the_table_allows(path: Path) -> None:
    source = (PACKAGE / path).read_text(encoding="utf-8")
    assert not (wrong := list(wrong_imports(path, source))), "\n".join(wrong)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_has_a_row(path: Path) -> None:
    first, *rest = path.with_suffix("").parts
    nested = [f"{first}.{rest[0]}"] if first in NESTED else []
    assert {PARTS.get(first, first), *nested} <= HOUSE.keys()


def test_a_row_stands_for_a_module_or_package() -> None:
    homes = [PACKAGE / place.replace(".", "/") for place in HOUSE]
    assert not [
        home for home in homes if not home.is_dir() and not home.with_suffix(".py").is_file()
    ]


def test_every_path_on_the_page_exists() -> None:
    paths = re.findall(r"`([a-z_]+/[a-z_/.]*)`", ARCHITECTURE.read_text(encoding="utf-8"))
    homes = (PACKAGE, PACKAGE.parent)
    assert paths
    assert not [path for path in paths if not any((home / path).exists() for home in homes)]


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import seqrkit.client", "client"),
        ("from seqrkit import client", "client"),
        ("from seqrkit.client import Client", "client.Client"),
        ("from ...client import Client", "client.Client"),
        ("from ... import client", "client"),
        ("from ..states import invoice", "simulator.states.invoice"),
        ("def later():\n    from seqrkit.client import Client", "client.Client"),
        ("if TYPE_CHECKING:\n    from seqrkit.client import Client", "client.Client"),
        ("from seqrkit import Invoice", "Invoice"),
        ("from seqrkit.simulator.pages import help", "simulator.pages.help"),
    ],
)
def test_an_import_is_found_in_every_notation(source: str, module: str) -> None:
    path = Path("simulator/store/sqlite.py")
    assert [found for _, found in arrows(path, source)] == [module]
    allowed = module == "simulator.states.invoice"
    assert bool(list(wrong_imports(path, source))) is not allowed


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_hand_written_module_has_at_most_350_lines(path: Path) -> None:
    source = (PACKAGE / path).read_text(encoding="utf-8")
    is_generated = "enerated from schemas/" in source[:200]
    assert is_generated or len(source.splitlines()) <= 350
