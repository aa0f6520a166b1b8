"""What each dbt process of a test starts from: dbt is imported, and the project and its macros are parsed.

The fork server of `multiprocessing` imports this module, and forks for each build. Import it nowhere else.
"""

from __future__ import annotations

import atexit
import gc
import os
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dbt.cli.main  # noqa: F401
from dbt_common.clients.jinja import template_cache

import extract.payloads.readings  # noqa: F401
from extract.values import latin_letters
from orchestrate.run import dbt_child
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject

_serve, _prepare, _parse = dbt_child.serve, dbt_child.prepare, dbt_child.parse
_parsed: Any = None


def warm_up() -> None:
    """Keep what is parsed for the children. A parser that finds nothing new starts no threads, so a fork is safe."""
    global _parsed
    with tempfile.TemporaryDirectory() as scratch:
        project = DbtProject(PROJECT_ROOT, Path(scratch) / "warehouse.duckdb", Path(scratch))
        with patch.dict(os.environ, project.environment()):
            _parse(project)
    _parsed, dbt_child._manifest = dbt_child._manifest, None
    dbt_child.prepare, dbt_child.parse = prepare, parse
    for name in {name for node in _parsed.nodes.values() for name in node.depends_on.macros}:
        template_cache.get_node_template(_parsed.macros[name])
    latin_letters._spelled()


def serve(project: DbtProject, pipe: Connection) -> None:
    """A forked process ends without these functions. One of them closes the warehouse, so that it is one file."""
    _serve(project, pipe)
    atexit._run_exitfuncs()


def prepare(project: DbtProject) -> None:
    """A child that builds another project than ours parses that."""
    _prepare(project)
    dbt_child._manifest = _parsed if project.project_dir == PROJECT_ROOT else None


def parse(project: DbtProject) -> None:
    if not dbt_child._manifest:
        _parse(project)


dbt_child.serve = serve
if os.environ.get("DBT_PARTIAL_PARSE_FILE_PATH"):
    warm_up()
gc.disable()  # an eighth of a build; and a collection in a child would copy every page
atexit.register(gc.enable)  # DuckDB complains of what is left at the end
