"""Which tests of the domain show an event, a reason, a table's row: found by reading the tests, never written down."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.events import EVENTS
from domain.judgement.tables import ROWS
from domain.reasons.catalogue import CATALOGUE

TESTS = Path(__file__).parents[1] / "tests"
CLASSES = {cls.__name__: name for name, cls in EVENTS.items()}
AT_MOST = 2  # of many tests the most particular ones


@dataclass(frozen=True, slots=True)
class Shown:
    """A test and what it names: events (``request.refused``), reasons (``NO_GRANT``), rows (``U2``)."""

    path: Path
    name: str
    names: frozenset[str]

    @property
    def sentence(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


@cache
def shown() -> tuple[Shown, ...]:
    """Every test in tests/unit/domain. A helper that names one event stands for it."""
    helpers = dict(_one_event_helpers())
    return tuple(
        test for path in sorted((TESTS / "unit" / "domain").glob("test_*.py")) for test in _tests_in(path, helpers)
    )


def showing(name: str) -> tuple[Shown, ...]:
    """At most two: those that name the fewest other things come first."""
    tests = [test for test in shown() if name in test.names]
    return tuple(sorted(tests, key=lambda test: (len(test.names), test.path, test.name))[:AT_MOST])


def _tests_in(path: Path, helpers: Mapping[str, str]) -> Iterator[Shown]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {name: node for node in tree.body for name in _defines(node)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield Shown(path, node.name, frozenset(_named(node, local, helpers)))


def _defines(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) if not name.startswith("test_"):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _named(test: ast.stmt, local: Mapping[str, ast.stmt], helpers: Mapping[str, str]) -> Iterator[str]:
    """What the test names itself or through tables of its file; events also through what its file builds them by."""
    yield from _words(test)
    seen: set[str] = set()
    pending = list(_names(test))
    while pending:
        name = pending.pop()
        if name in helpers:
            yield helpers[name]
        if name in local and name not in seen:
            seen.add(name)
            node = local[name]
            yield from (word for word in _words(node) if isinstance(node, ast.Assign) or word in EVENTS)
            pending += _names(node)


def _words(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=ast.Name(id="Reason"), attr=code) if code in CATALOGUE:
                yield code
            case ast.Constant(value=str(row)) if row in ROWS:
                yield row
            case ast.Attribute(attr=cls) | ast.Name(id=cls) if cls in CLASSES:
                yield CLASSES[cls]


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


def _one_event_helpers() -> Iterator[tuple[str, str]]:
    """Functions of tests/support that make exactly one kind of event."""
    for path in sorted((TESTS / "support").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                cls = {word for word in _words(node) if word in EVENTS}
                if len(cls) == 1:
                    yield node.name, cls.pop()


def links(names: Iterable[str]) -> str:
    """The tests of the names as Markdown links to their files, each a sentence, once."""
    return _linked(dict.fromkeys(test for name in names for test in showing(name)))


def links_to(tests: Iterable[str]) -> str:
    """The tests of these names. KeyError: there is no such test."""
    known = {test.name: test for test in shown()}
    return _linked(known[name] for name in tests)


def _linked(tests: Iterable[Shown]) -> str:
    return "; ".join(f"[{test.sentence}](../../tests/unit/domain/{test.path.name})" for test in tests)
