"""Fixtures, and a report for the Jest test that runs these tests."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import loopback

loopback.stay_on_loopback()

import airbyte as ab  # noqa: E402  (only now can it not call home)
import pytest  # noqa: E402
from airbyte.caches import DuckDBCache  # noqa: E402
from world import World  # noqa: E402

reports: dict[str, dict[str, str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    name = report.nodeid.split("::")[-1]
    if report.when == "call" or report.outcome != "passed":
        reports[name] = {"outcome": report.outcome, "details": report.longreprtext + report.capstderr}


def pytest_sessionfinish() -> None:
    Path(os.environ["HOSTS_REPORT"]).write_text(json.dumps(reports), encoding="utf8")


@pytest.fixture(scope="session")
def world() -> World:
    return World.of(os.environ["HOSTS_WORLD"])


@pytest.fixture
def source(world: World) -> Callable[[dict], ab.Source]:
    def of(config: dict) -> ab.Source:
        return ab.get_source("source-braze", config=config, local_executable=world.source_executable)

    return of


@pytest.fixture
def destination(world: World) -> Callable[[dict], ab.Destination]:
    def of(config: dict) -> ab.Destination:
        return ab.get_destination(
            "destination-braze", config=config, local_executable=world.destination_executable
        )

    return of


@pytest.fixture
def cache(tmp_path: Path) -> DuckDBCache:
    return DuckDBCache(db_path=tmp_path / "cache.duckdb", cache_dir=tmp_path / "files")
