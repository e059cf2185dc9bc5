"""A sync under PyAirbyte: python pyairbyte_sync.py FOLDER, with source.json and destination.json in it.

PyAirbyte keeps the records in a DuckDB file, and the states with them: run it again, and only what is new
or changed is read. The destination sends of it what Braze does not have yet.
"""

import json
import shutil
import sys
from pathlib import Path

import airbyte as ab
from airbyte.caches import DuckDBCache

STREAMS = ["segment_users"]


def main(folder: Path) -> None:
    source = ab.get_source(
        "source-braze",
        config=json.loads((folder / "source.json").read_text(encoding="utf8")),
        local_executable=shutil.which("source-braze"),
    )
    destination = ab.get_destination(
        "destination-braze",
        config=json.loads((folder / "destination.json").read_text(encoding="utf8")),
        local_executable=shutil.which("destination-braze"),
    )
    source.check()
    destination.check()
    source.select_streams(STREAMS)
    cache = DuckDBCache(db_path=folder / "cache.duckdb", cache_dir=folder / "cache")
    result = destination.write(source, cache=cache)
    print(f"{result.processed_records} records delivered")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
