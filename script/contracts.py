"""The kinds of import contract that import-linter does not bring, for the doors in pyproject.toml.

Import-linter's own `protected` and `forbidden` insist that every module they name exists; these may name a room
or a library that comes later, and take libraries and our own modules alike.
"""

from collections.abc import Iterator
from pathlib import Path
import sys
from typing import cast, override

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _imports(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield importer, imported


class _ImportRule(Contract):
    """A contract that looks at one import at a time."""

    def allows(self, importer: str, imported: str) -> bool:
        """Tell whether a module may import another."""
        raise NotImplementedError

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Hold every import of the graph against the rule."""
        broken = [pair for pair in _imports(graph) if not self.allows(*pair)]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every import that breaks the rule."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} may not import {imported}", bold=False)
        output.new_line()


class Door(_ImportRule):
    """What is `behind` (packages, ours or not) is imported only `through` some modules, and by itself.

    `name` in `through` is that module alone, `name.**` that module and all below it.
    """

    type_name = "door"
    behind = fields.ListField(subfield=fields.StringField())
    through = fields.ListField(subfield=fields.StringField())

    @override
    def allows(self, importer: str, imported: str) -> bool:
        """Only who stands in the door or inside may import what is behind."""
        for package in cast("list[str]", self.behind):
            if _inside(imported, package) and not _inside(importer, package):
                return any(
                    _inside(importer, name.removesuffix(".**")) if name.endswith(".**") else importer == name
                    for name in cast("list[str]", self.through)
                )
        return True


class PureSubPackages(_ImportRule):
    """No sub-package of `root`, present or future, imports one of the `forbidden` libraries, `apart_from` some."""

    type_name = "pure_sub_packages"
    root = fields.StringField()
    forbidden = fields.ListField(subfield=fields.StringField())
    apart_from = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    @override
    def allows(self, importer: str, imported: str) -> bool:
        """Modules directly in the root may import everything."""
        root = cast("str", self.root)
        room = importer.removeprefix(f"{root}.").partition(".")[0]
        is_sub_package = _inside(importer, root) and Path(*root.split("."), room).is_dir()
        is_sub_package &= room not in cast("list[str]", self.apart_from)
        return not (is_sub_package and any(_inside(imported, name) for name in cast("list[str]", self.forbidden)))


class StandardLibraryOnly(_ImportRule):
    """A `package` imports itself and the standard library."""

    type_name = "standard_library_only"
    package = fields.StringField()

    @override
    def allows(self, importer: str, imported: str) -> bool:
        """Whatever the standard library of this Python does not hold is refused."""
        package = cast("str", self.package)
        return (
            not _inside(importer, package)
            or _inside(imported, package)
            or imported.partition(".")[0] in sys.stdlib_module_names
        )
