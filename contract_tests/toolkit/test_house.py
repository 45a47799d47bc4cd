"""The house: who may import whom.

An arrow never points up the table: each place imports from those above it, and of those only the
ones named here, besides `vocabulary`, `errors` and the version, which all may. Deferred imports and
those for type checkers count as well. When a better line is found, this table and the code change
in one commit.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import seqrkit

PACKAGE = Path(seqrkit.__file__).parent
FOR_ALL = {"_version", "vocabulary", "errors", "environment", "suite_options", "html"}
HOUSE = {
    "_version": "",
    "vocabulary": "",
    "errors": "",
    "environment": "",
    "suite_options": "",
    "html": "",
    "notebook_repr": "",
    "palette": "",
    "clock": "notebook_repr",
    "schemas": "",
    "money": "schemas",
    "qr": "notebook_repr",
    "model": "money qr notebook_repr",
    "soap": "",
    "http_client": "",
    "captures": "soap",
    "contract": "schemas soap captures notebook_repr",
    "exchange": "clock soap http_client captures contract notebook_repr",
    "control_client": "money qr http_client",
    "model_fields": "money model contract",
    "field_paths": "money model soap contract model_fields",
    "display": "notebook_repr palette schemas money soap exchange contract model qr",
    "strategies": "model money soap contract model_fields field_paths",
    "client": "http_client clock money model schemas soap exchange contract qr",
    "simulator": (
        "http_client notebook_repr palette clock money model schemas soap contract exchange qr"
    ),
    "recording": "soap http_client exchange contract display simulator",
    "widgets": (
        "notebook_repr palette clock money qr model schemas soap contract exchange "
        "model_fields field_paths display "
        "client simulator"
    ),
    "session": "notebook_repr clock model control_client client simulator display widgets",
    "demo": ("clock money qr model soap contract exchange display client simulator session"),
    "suite": (
        "clock money qr model schemas soap contract model_fields exchange display strategies "
        "client simulator control_client session demo"
    ),
    "pytest_plugin": "control_client simulator session suite",
    "cli": (
        "clock schemas money qr model soap contract exchange control_client field_paths "
        "display strategies "
        "client simulator recording session widgets demo suite pytest_plugin"
    ),
    "__init__": (
        "clock schemas money qr model soap contract exchange control_client field_paths "
        "display strategies "
        "client simulator recording session widgets demo suite pytest_plugin"
    ),
    "__main__": "cli",
}
PARTS = {"model_base": "model"}  # a file that is a part of another place
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def place_of(path: Path) -> str:
    """The place a file belongs to: `simulator/wire.py` to simulator, `client.py` to client."""
    return path.parts[0] if len(path.parts) > 1 else PARTS.get(path.stem, path.stem)


def targets(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """The dotted names an import statement reaches for, relative ones resolved."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else ()
        start = ".".join((*above, *filter(None, [node.module])))
        yield from (f"{start}.{alias.name}" for alias in node.names)


def arrows(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """The places that a file of the package imports, each with the line."""
    package = ("seqrkit", *path.parts[:-1])
    for node in ast.walk(ast.parse(source)):
        for target in targets(node, package):
            parts = target.split(".")
            if parts[0] == "seqrkit":
                named = PARTS.get(parts[1], parts[1]) if len(parts) > 1 else "__init__"
                yield getattr(node, "lineno", 0), named if named in HOUSE else "__init__"


def test_no_arrow_of_the_table_points_up() -> None:
    seen: set[str] = set()
    for place, named in HOUSE.items():
        assert set(named.split()) <= seen, f"{place} is above something it imports"
        seen.add(place)


def test_a_computed_import_stays_in_its_own_place() -> None:
    far = [
        f"{path}:{call.lineno}"
        for path in FILES
        if place_of(path) != "__init__"  # the public names come from everywhere
        for call in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith(("import_module", "__import__"))
        and not ast.unparse(call.args[0]).startswith("f'{__name__}.")
    ]
    assert not far


def test_client_and_simulator_never_import_each_other() -> None:
    assert "simulator" not in HOUSE["client"].split()
    assert "client" not in HOUSE["simulator"].split()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_file_has_a_place_and_imports_only_what_the_table_allows(path: Path) -> None:
    place = place_of(path)
    assert place in HOUSE, f"{path} has no place in the house"
    allowed = {place, *FOR_ALL, *HOUSE[place].split()}
    source = (PACKAGE / path).read_text(encoding="utf-8")
    wrong = [
        f"{path}:{line} imports {target}, which the table does not allow {place}"
        for line, target in arrows(path, source)
        if target not in allowed
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("import seqrkit.client", "client"),
        ("from seqrkit import client", "client"),
        ("from seqrkit.client import Client", "client"),
        ("from ..client import Client", "client"),
        ("from .. import client", "client"),
        ("from . import store", "simulator"),
        ("def later():\n    from seqrkit.client import Client", "client"),
        ("if TYPE_CHECKING:\n    from seqrkit.client import Client", "client"),
        ("import seqrkit", "__init__"),
        ("from seqrkit import Invoice", "__init__"),
    ],
)
def test_an_arrow_is_seen_however_it_is_written(source: str, target: str) -> None:
    assert [place for _, place in arrows(Path("simulator/app.py"), source)] == [target]
