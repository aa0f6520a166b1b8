"""All settings from the environment and `.env`. Only this module reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.calls import SourceEndpoint
from ingest.checks.wrong_values import in_form, what_is_wrong
from orchestrate.errors import UsageError

PROJECT_PARTS = ("dbt_project.yml", "profiles.yml", "selectors.yml", "models", "dbt_project")

_CODE = Path(__file__).resolve().parents[1]
_IS_CHECKOUT = (_CODE / "dbt_project.yml").is_file()

# In a wheel, dbt's project is inside the package (see pyproject.toml).
OWN_PROJECT = _CODE if _IS_CHECKOUT else _CODE / "trigpoint" / "project"
# An installed Trigpoint has no repository, so it reads `.env` and `sources/` from the working directory.
ENV_FILE = _CODE / ".env" if _IS_CHECKOUT else Path(".env")
OWN_SOURCES = _CODE / "sources" if _IS_CHECKOUT else Path("sources")


def environment(env_file: Any = ENV_FILE) -> dict[str, str]:
    """The variables of `.env` and of the process. Those of the process win."""
    from_file = dotenv_values(env_file) if env_file else {}
    return {**{k: v for k, v in from_file.items() if v is not None}, **os.environ}


def _project_root() -> Path:
    chosen = environment().get("TRIGPOINT_PROJECT_DIR")
    return Path(chosen).expanduser().resolve() if chosen else OWN_PROJECT


PROJECT_ROOT = _project_root()
SEEDS_DIR = PROJECT_ROOT / "dbt_project" / "seeds"
SANDBOX_COVERAGE = _CODE / "ingest" / "sandbox" / "coverage.csv"  # the places that its stand-ins know


class Settings(BaseSettings):
    """The settings of one run. Keys and URLs of sources are looked up by name, so a new source needs no field."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", populate_by_name=True)

    mode: Literal["sandbox", "live"] = Field("sandbox", validation_alias="TRIGPOINT_MODE")
    data_dir: Path = Field(Path("data"), validation_alias="TRIGPOINT_DATA_DIR")
    sources_dir: Path = Field(OWN_SOURCES, validation_alias="TRIGPOINT_SOURCES_DIR")
    contact: str = Field("https://github.com/trigpoint/trigpoint", validation_alias="TRIGPOINT_CONTACT")
    lock_timeout_seconds: float = Field(120.0, validation_alias="TRIGPOINT_LOCK_TIMEOUT_SECONDS", ge=0)
    rank_changed_from: int = Field(20_000, validation_alias="TRIGPOINT_RANK_CHANGED_FROM", ge=0)  # records
    learn_again_growth: float = Field(0.1, validation_alias="TRIGPOINT_LEARN_AGAIN_GROWTH", ge=0)  # share of records
    keep_pages: int = Field(50, validation_alias="TRIGPOINT_KEEP_PAGES", ge=0)  # of runs; 0 keeps all
    spark_remote: str | None = Field(None, validation_alias="TRIGPOINT_SPARK_REMOTE")
    spark_memory: Annotated[str, AfterValidator(in_form(r"\d+[kmgt]", "a number and a unit, such as 3g or 800m"))] = (
        Field("3g", validation_alias="TRIGPOINT_SPARK_MEMORY")
    )
    file_rows: int = Field(20_000_000, validation_alias="TRIGPOINT_FILE_ROWS", ge=0)  # of a mart in the published file
    source_timeout_seconds: float = Field(60.0, validation_alias="TRIGPOINT_SOURCE_TIMEOUT_SECONDS", gt=0)
    read_timeout_seconds: float = Field(20.0, validation_alias="TRIGPOINT_READ_TIMEOUT_SECONDS", gt=0)
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    llm_model: str = Field("gpt-4.1-mini", validation_alias="TRIGPOINT_LLM_MODEL")
    llm_concurrency: int = Field(8, validation_alias="TRIGPOINT_LLM_CONCURRENCY", ge=1, le=256)
    llm_records_per_call: int = Field(4, validation_alias="TRIGPOINT_LLM_RECORDS_PER_CALL", ge=1, le=20)
    llm_timeout_seconds: float = Field(60.0, validation_alias="TRIGPOINT_LLM_TIMEOUT_SECONDS", gt=0)

    @property
    def mode_dir(self) -> Path:
        """The directory of the mode. Sandbox and live never share a file."""
        return self.data_dir.resolve() / self.mode

    @property
    def warehouse_path(self) -> Path:
        return self.mode_dir / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        return self.mode_dir / "trigpoint.duckdb"

    @property
    def spark_dir(self) -> Path:
        """The tables that Spark makes, a folder for each build."""
        return self.mode_dir / "spark"

    @property
    def marts_dir(self) -> Path:
        """The marts that Spark made as Parquet, a folder for each build, and `latest`."""
        return self.mode_dir / "marts"

    @property
    def docs_path(self) -> Path:
        """The first page of the documentation: the models and how they hang together."""
        return self.mode_dir / "docs" / "index.html"

    @property
    def dbt_page_path(self) -> Path:
        """dbt's page: every description."""
        return self.docs_path.with_name("dbt.html")

    @property
    def runs_dir(self) -> Path:
        """The pages of the runs."""
        return self.mode_dir / "runs"

    @property
    def columns_path(self) -> Path:
        """The page with the lineage of each column."""
        return self.docs_path.with_name("columns.html")

    @property
    def user_agent(self) -> str:
        return f"trigpoint/{version('trigpoint')} (+{self.contact})"

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The environment variables. The settings of sources are read from them."""
        return environment(self.model_config.get("env_file"))

    def source_url(self, source: str) -> str | None:
        return self.environment.get(f"TRIGPOINT_{source.upper()}_URL") or None

    def source_key(self, key_setting: str | None) -> str | None:
        return (self.environment.get(key_setting) or None) if key_setting else None

    def endpoint(self, source: str, key_setting: str | None, default_url: str) -> SourceEndpoint:
        return SourceEndpoint(self.source_url(source) or default_url, self.source_key(key_setting))


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises UsageError for an invalid value.

    The keys of `overrides` are field names. They win over the environment.
    """
    _check_project(PROJECT_ROOT)
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problems = "; ".join(f"{fault['loc'][0]} {what_is_wrong(fault)}" for fault in error.errors())
        raise UsageError(f"A setting of the environment or of .env cannot be used: {problems}.") from None


def _check_project(root: Path) -> None:
    missing = [name for name in PROJECT_PARTS if not (root / name).exists()]
    if missing:
        raise UsageError(
            f"TRIGPOINT_PROJECT_DIR names {root}, which has no {', no '.join(missing)}. "
            "Set it to a copy of the directory that `trigpoint dbt project` prints."
        )
