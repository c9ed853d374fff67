"""Break the signal functions one expression at a time, and count the breaks that no shared vector notices.

python .ci/mutants.py [NAME …]    modules of server/core/flow; all signal modules when none is named

Each mutant is one module with one change, run in this process against every hand-written case and generated step of
tests/vectors: the contract that the handheld passes too. `mutants.mjs` does the same with the handheld's rules.
The cells of the tables are changed one at a time too, by tests/test_core_flow.py, which does it at every run of the
tests; their score is printed first.
"""

import ast
import copy
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FLOW = ROOT / "server" / "core" / "flow"
SIGNALS = (
    "choose", "found", "pack_signals", "pack_taps", "pick_breaks", "pick_items", "pick_signals", "pick_taps",
    "put_back_signals",
)  # fmt: skip
SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip

# Changes that change nothing, with the reason: module, what stood there.
EQUIVALENT = {
    ("pack_signals", "''"): "no thing is called that, so that none is wanted by name",
}


class Overlay(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another body."""

    def __init__(self) -> None:
        self.name, self.body = "", ast.Module([], [])

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Only the mutated module is ours."""
        return importlib.machinery.ModuleSpec(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant's body."""
        exec(compile(self.body, self.name, "exec"), module.__dict__)  # our own source, changed


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What a node is replaced by, one mutant each."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
        yield ast.Compare(node.left, [SWAPPED[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(SWAPPED[type(node.op)](), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in SWAPPED and type(node.op) is not ast.BitOr:
        yield ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield ast.Constant(node.value + "x")


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Line, what stood there, and the module with that one thing changed; only what functions do."""
    whole = copy.deepcopy(tree)
    for function in [node for node in ast.walk(whole) if isinstance(node, ast.FunctionDef)]:
        told = ast.get_docstring(function)
        for parent in [node for statement in function.body for node in ast.walk(statement)]:
            for name, value in list(ast.iter_fields(parent)):
                places = value if isinstance(value, list) else [value]
                for at, node in enumerate(places):
                    if not isinstance(node, ast.expr) or (isinstance(node, ast.Constant) and node.value == told):
                        continue
                    if isinstance(parent, ast.Expr) and isinstance(node, ast.Constant):
                        continue  # a docstring
                    for other in changed(node):
                        replace(parent, name, at, other)
                        yield node.lineno, ast.unparse(node), ast.fix_missing_locations(copy.deepcopy(whole))
                        replace(parent, name, at, node)


def replace(parent: ast.AST, name: str, at: int, node: ast.AST) -> None:
    """Put `node` where the parent has its `at`th child called `name`."""
    value = getattr(parent, name)
    if isinstance(value, list):
        value[at] = node
    else:
        setattr(parent, name, node)


def notices() -> bool:
    """Whether a vector fails, with the rules imported anew."""
    for name in [name for name in sys.modules if name.startswith(("server.core.flow", "tests.flow_vectors"))]:
        del sys.modules[name]
    try:
        vectors = importlib.import_module("tests.flow_vectors")
        world = vectors.World()
        for case in vectors.all_cases():
            for expected, (before, outcome) in zip(case["expect"], vectors.run(world, case), strict=True):
                if vectors.differences(expected, before, outcome):
                    return True
        return any(not answers(vectors, world, vector) for vector in STEPS)
    except Exception:  # noqa: BLE001 a mutant may fail in any way
        return True


def answers(vectors: ModuleType, world: object, vector: dict[str, dict[str, object]]) -> bool:
    """Whether a generated step is answered as pinned."""
    before = vectors.World.task(world, vector["kind"], vector["task"])
    said = vectors.flat(vectors.step(world, vector["kind"], before, vector["scan"]))
    after = said.pop("task")
    expected = dict(vector["expect"])
    moved = expected.pop("task")
    short = {name: value for name, value in said.items() if value not in (None, "", 0, {})}
    return bool(short == expected and after == vectors.plain(before) | moved)


def main() -> None:
    """Mutate, count, name what lives."""
    if not sys.argv[1:]:
        cells, living = importlib.import_module("tests.test_core_flow").broken_tables()
        print(f"{'cells of the tables':20}{cells - len(living):5} of {cells:4} killed", flush=True)
    overlay = Overlay()
    sys.meta_path.insert(0, overlay)
    if notices():
        sys.exit("the vectors fail before anything is broken")
    total, alive = 0, []
    for name in sys.argv[1:] or SIGNALS:
        source = FLOW / f"{name}.py"
        overlay.name = f"server.core.flow.{name}"
        killed = count = 0
        for line, what, body in mutants(ast.parse(source.read_text(encoding="utf-8"))):
            if (name, what) in EQUIVALENT:
                continue
            overlay.body = body
            count += 1
            if notices():
                killed += 1
            else:
                alive.append(f"{source.relative_to(ROOT)}:{line}: {what}")
                print(f"  lives: {alive[-1]}", flush=True)
        overlay.name = ""
        total += count
        print(f"{name:20}{killed:5} of {count:4} killed", flush=True)
    print(f"{'all':20}{total - len(alive):5} of {total:4} killed, {(total - len(alive)) / total:.1%}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    STEPS = importlib.import_module("tests.flow_vectors").read("steps.json")
    main()
