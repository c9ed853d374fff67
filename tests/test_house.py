"""The house rules of docs that a linter does not know. Each failure names every offender.

Arrows between rooms are import-linter's (pyproject.toml); style and docstrings' form are ruff's.
"""

import ast
import importlib
import re
import sys
import tomllib
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from types import MappingProxyType
from typing import Final, get_args, get_origin

import click
import pytest

from server.cli.main import gangway

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "server"
PAGE_SOURCES = ROOT / "handheld_ui" / "src"
BUILT_PAGE = SERVER / "web" / "page"
COMMANDS = ROOT / "docs" / "commands.md"

FUNCTION_MAX_LINES = 40
FILE_MAX_LINES = 350
DOCUMENTED_ROOMS = ("core", "store", "floor")
# Words that say nothing: name what it manages, helps with, processes or holds; for a status say state.
SAYS_NOTHING = {"manager", "helper", "helpers", "util", "utils", "process", "data", "info", "status"}
READ_ONLY = (Mapping, Sequence, Set, Collection, MappingProxyType)
MUTABLE = (list, dict, set, bytearray, deque)
CLOCK_AND_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "token_hex", "token_bytes", "urandom", "perf_counter"}
MARKS_OF_DOUBT = {"skip", "skipif", "xfail", "importorskip", "skipTest", "expectedFailure"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A parsed file."""

    path: Path
    tree: ast.Module
    lines: int

    def at(self, node: ast.AST, what: str = "") -> str:
        """`server/core/gs1.py:12 what`, as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)} {what}".rstrip()

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these kinds."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


def modules(folder: Path) -> list[Module]:
    """Every Python file below the folder, migrations apart: they are history."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        if "versions" not in path.parts and BUILT_PAGE not in path.parents:
            text = path.read_text(encoding="utf-8")
            found.append(Module(path, ast.parse(text), len(text.splitlines())))
    return found


def functions(module: Module) -> Iterator[Function]:
    """Every function and method."""
    for node in module.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield node


def body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def none_of(offenders: list[str], rule: str) -> None:
    """Fail with the rule and everything that breaks it."""
    if offenders:
        pytest.fail(f"{rule}\n  " + "\n  ".join(offenders), pytrace=False)


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


SERVER_MODULES = modules(SERVER)
CORE_MODULES = [module for module in SERVER_MODULES if SERVER / "core" in module.path.parents]
TEST_MODULES = modules(ROOT / "tests")


def test_no_function_is_longer_than_forty_lines() -> None:
    """A longer one holds two ideas."""
    long = [
        module.at(function, f"{function.name}: {body_lines(function)} lines")
        for module in SERVER_MODULES + TEST_MODULES
        for function in functions(module)
        if body_lines(function) > FUNCTION_MAX_LINES
    ]
    none_of(long, f"functions of more than {FUNCTION_MAX_LINES} lines: take one idea out of each")


def test_no_file_is_longer_than_350_lines() -> None:
    """A longer one wants to be a folder."""
    pages = [path for kind in ("*.ts", "*.tsx") for path in sorted(PAGE_SOURCES.rglob(kind))]
    lengths = {module.path: module.lines for module in SERVER_MODULES + TEST_MODULES}
    lengths |= {path: len(path.read_text(encoding="utf-8").splitlines()) for path in pages}
    long = [f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > FILE_MAX_LINES]
    none_of(long, f"files of more than {FILE_MAX_LINES} lines: make each a folder")


def undocumented(module: Module, body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """Public functions, classes and their public methods that have no docstring."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield module.at(node, owner + node.name)
        if isinstance(node, ast.ClassDef):
            yield from undocumented(module, node.body, f"{node.name}.")


@pytest.mark.parametrize("room", DOCUMENTED_ROOMS)
def test_every_public_name_has_a_docstring(room: str) -> None:
    """The inner rooms are read by people who did not write them."""
    missing = []
    for module in SERVER_MODULES:
        if SERVER / room in module.path.parents:
            if ast.get_docstring(module.tree) is None:
                missing.append(module.at(module.tree, "the module itself"))
            missing += undocumented(module, module.tree.body)
    none_of(missing, f"public names of server/{room} without a docstring")


def named(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The names that a module gives: its own, its classes', its functions'."""
    yield module.tree, module.path.parent.name if module.path.stem == "__init__" else module.path.stem
    for node in module.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield node, node.name


def test_no_name_uses_a_word_that_says_nothing() -> None:
    """`StockManager` and `process_data` could be anything."""
    empty = [
        module.at(node, f"{name}: {', '.join(sorted(words(name) & SAYS_NOTHING))}")
        for module in SERVER_MODULES
        for node, name in named(module)
        if words(name) & SAYS_NOTHING
    ]
    none_of(empty, "names with a word that says nothing")


def is_read_only(declared: object) -> bool:
    """Whether a declared type, an alias of one or a Final one forbids changes (mypy holds it)."""
    if get_origin(declared) is Final:
        declared = get_args(declared)[0]
    return (get_origin(declared) or declared) in READ_ONLY


def changeable(module: Module) -> Iterator[str]:
    """Module-level names whose value can be changed, and whose declared type lets it."""
    dotted = ".".join(module.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    values = vars(importlib.import_module(dotted))
    declared = values.get("__annotations__", {})
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name) and target.id != "__all__"]
        for name in names:
            if isinstance(values[name], MUTABLE) and not is_read_only(declared.get(name)):
                yield module.at(node, f"{name}: {type(values[name]).__name__}")


def test_nothing_in_the_core_is_mutable_at_module_level() -> None:
    """Nobody can change a rule for everyone: by type (mypy holds it) or by value."""
    mutable = [line for module in CORE_MODULES for line in changeable(module)]
    none_of(mutable, "mutable at module level of server/core: declare it a Mapping or Sequence, or make it a tuple")


def test_every_dataclass_of_the_core_is_frozen() -> None:
    """What the core hands out stays as it was; a private one may be an algorithm's scratch paper."""
    loose = [
        module.at(node, node.name)
        for module in CORE_MODULES
        for node in module.nodes(ast.ClassDef)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for decorator in node.decorator_list
        if "dataclass" in ast.unparse(decorator) and "frozen=True" not in ast.unparse(decorator)
    ]
    none_of(loose, "dataclasses of server/core that are not frozen")


def impurities(module: Module) -> Iterator[str]:
    """Calls that read a clock, a file or unseeded chance, and `global`."""
    for node in module.nodes(ast.Global):
        yield module.at(node, "global")
    for node in module.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        called = ast.unparse(node.func)
        unseeded = called in {"random.Random", "Random", "default_rng", "np.random.default_rng"} and not node.args
        by_module = called.startswith(("random.", "secrets.")) and called != "random.Random"
        if unseeded or by_module or called in {"open", "print"} or called.split(".")[-1] in CLOCK_AND_CHANCE:
            yield module.at(node, f"{called}()")


def test_the_core_reads_no_clock_no_file_and_no_unseeded_chance() -> None:
    """The same arguments give the same answer, today and in a replay."""
    none_of([line for module in CORE_MODULES for line in impurities(module)], "impure calls in server/core")


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """A test that may not run says nothing."""
    skipped = [
        module.at(node, node.attr)
        for module in TEST_MODULES
        for node in module.nodes(ast.Attribute)
        if isinstance(node, ast.Attribute) and node.attr in MARKS_OF_DOUBT
    ]
    for path in sorted((ROOT / "handheld_ui").glob("[st]*/**/*.test.ts*")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(test|it|describe)\.(skip|skipIf|runIf|todo|only|fails)\b", line):
                skipped.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    none_of(skipped, "tests that are skipped, narrowed or expected to fail")


def test_every_dependency_is_locked() -> None:
    """What `make` installs is what pyproject.toml asks for: after a change there, run  make lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"requirements.lock": project["dependencies"], ".ci/test.lock": project["optional-dependencies"]["dev"]}
    unlocked = []
    for lock, lines in asked.items():
        locked = set(re.findall(r"^[\w.-]+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        unlocked += [f"{lock}: {line}" for line in lines if re.split(r"[^\w.-]", line)[0].lower() not in locked]
    none_of(unlocked, "not in the lock file: run  make lock")


def imported(files: list[Module]) -> Iterator[tuple[str, str]]:
    """The distribution behind every import of another's package, with the place."""
    owners = packages_distributions()
    for module in files:
        for node in module.nodes(ast.Import, ast.ImportFrom):
            whole = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else whole
            for name in names:
                owner = owners.get(name.split(".")[0], [name])[0]
                ours = (ROOT / name.split(".")[0]).exists() or (ROOT / "tests" / f"{name}.py").exists()
                if name.split(".")[0] not in sys.stdlib_module_names and not ours and owner != "gangway":
                    yield owner.lower().replace("_", "-"), module.at(node, name)


def test_every_import_is_of_a_declared_dependency() -> None:
    """What another package happens to bring today may be gone tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    running = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    testing = {re.split(r"[^\w.-]", line)[0].lower() for line in project["optional-dependencies"]["dev"]}
    stray = [place for owner, place in imported(SERVER_MODULES) if owner not in running]
    stray += [place for owner, place in imported(TEST_MODULES) if owner not in running | testing]
    none_of(stray, "imports of packages that pyproject.toml does not name (then run  make lock)")


def environment_readers(module: Module) -> Iterator[str]:
    """Where the environment is looked at; setting a variable for a library that reads it at import is no reading."""
    written = {
        id(node.value)
        for node in module.nodes(ast.Subscript)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    for node in module.nodes(ast.Attribute, ast.alias):
        name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
        if name in {"environ", "environb", "getenv"} and id(node) not in written:
            yield module.at(node, name)


def test_only_config_reads_the_environment() -> None:
    """Every setting is in one list, with its default and its meaning."""
    elsewhere = [module for module in SERVER_MODULES if module.path != SERVER / "config.py"]
    readers = [line for module in elsewhere for line in environment_readers(module)]
    none_of(readers, "readers of the environment outside server/config.py")


def every_command(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, each with its full name."""
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"`{context.command_path} {name}` is listed and cannot be loaded"
            yield from every_command(below, click.Context(below, info_name=name, parent=context))


def test_every_command_and_option_is_documented() -> None:
    """docs/commands.md is written by `make docs`."""
    written = re.split(r"^## ", COMMANDS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    chapters = {chapter.partition("\n")[0]: chapter for chapter in written}
    missing = []
    for name, command in every_command(gangway, click.Context(gangway, info_name="gangway")):
        options = [parameter.opts[-1] for parameter in command.params if isinstance(parameter, click.Option)]
        missing += [f"{name} {option}" for option in options if option not in chapters.get(name, "")]
        missing += [] if name in chapters else [name]
    none_of(missing, "not in docs/commands.md: run  make docs")


def test_every_command_says_what_it_does() -> None:
    """`--help` of a command without a docstring is an empty page."""
    silent = [name for name, command in every_command(gangway, click.Context(gangway)) if not command.help]
    none_of(silent, "commands without help")


def test_the_built_pages_fetch_nothing_from_outside() -> None:
    """A warehouse may have no internet; and nobody outside is told who scans what."""
    built = [path for kind in ("*.html", "*.js", "*.css", "*.svg") for path in sorted(BUILT_PAGE.rglob(kind))]
    assert built, f"no pages in {BUILT_PAGE.relative_to(ROOT)}: run  make page"
    outside = []
    for path in built:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = re.findall(r"(?:https?:|wss?:|[\"'(=])//[\w-]+\.[\w.-]+[^\"'` )]*", text)
        named_only = re.compile(r"https?://www\.w3\.org/")  # names of XML languages; nobody fetches them
        outside += [f"{path.relative_to(BUILT_PAGE)}: {url}" for url in found if not named_only.match(url)]
    none_of(outside, "addresses of other machines in the built pages")
