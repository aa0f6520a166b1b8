"""Commands for those who work on the project or build on it: init, docs, new-source, schemas, dbt."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestrate.cli.options import LiveOption
from orchestrate.cli.output import say, settings_of, stdout
from orchestrate.settings import OWN_PROJECT, PROJECT_ROOT


def docs_command(live: LiveOption = False) -> None:
    """Write three HTML pages: the lineage of the models, that of each column, and every description."""
    from orchestrate.maintain.docs_page import write_docs_page
    from orchestrate.maintain.lineage.pictured import coverage, page_data
    from orchestrate.render.pages.lineage_page import lineage_page
    from orchestrate.render.pages.models_page import models_page

    settings = settings_of(live)
    lineage = asyncio.run(write_docs_page(settings, on_wait=say))
    reach = coverage(lineage.columns)
    page = lineage_page(page_data(lineage.columns), reach.columns, reach.reached)
    settings.columns_path.write_text(page, encoding="utf-8")
    settings.docs_path.write_text(models_page(lineage.models), encoding="utf-8")
    for path in (settings.docs_path, settings.columns_path, settings.dbt_page_path):
        stdout.print(f"Written: {path}", markup=False, highlight=False, soft_wrap=True)


def init_command(
    directory: Annotated[Path, typer.Argument(help="The directory; it is made if it is missing.")] = Path(),
) -> None:
    """Write an .env with every setting and a folder for your lists. Files that are there stay as they are."""
    from orchestrate.maintain.first_files import write_first_files

    written = write_first_files(directory)
    for path in written:
        stdout.print(f"Written: {path}", markup=False, highlight=False, soft_wrap=True)
    if not written:
        stdout.print("Everything is there already.", markup=False, highlight=False)
    stdout.print('Next: trigpoint run "powerleague portobello"', markup=False, highlight=False, soft_wrap=True)


def new_source_command(
    name: Annotated[str, typer.Argument(help="The source's name, such as city_library.", show_default=False)],
    key: Annotated[
        str | None,
        typer.Option("--key", help="The setting that holds the key, if the source needs one.", show_default=False),
    ] = None,
) -> None:
    """Write the files of a new source into a clone of the repository. Fill in each place that says TODO."""
    from orchestrate.maintain.new_source import new_source, next_steps

    changes = new_source(name, key, PROJECT_ROOT)
    for change in changes:
        kind = "new  " if change.is_new else "lines"
        stdout.print(f"{kind}  {change.path}", markup=False, highlight=False, soft_wrap=True)
    stdout.print(next_steps(name), markup=False, highlight=False, soft_wrap=True)


def schemas_command(
    directory: Annotated[Path, typer.Argument(help="The directory to write to.")] = Path("docs/schemas"),
) -> None:
    """Write the JSON Schema of each object that --json prints, one file each."""
    from orchestrate.contracts.schemas import write_schemas

    stdout.print(f"Written: {len(write_schemas(directory))} schemas in {directory}", markup=False, highlight=False)


def dbt_sources_command() -> None:
    """Print a sources.yml for your own dbt project that reads the published file."""
    from orchestrate.maintain.dbt_sources import dbt_sources

    settings_of(live=False)  # raises UsageError if TRIGPOINT_PROJECT_DIR names no project
    sys.stdout.write(dbt_sources(PROJECT_ROOT))


def dbt_project_command() -> None:
    """Print the directory of models and seeds. To use your own copy of it, set TRIGPOINT_PROJECT_DIR to the copy."""
    sys.stdout.write(f"{OWN_PROJECT}\n")
