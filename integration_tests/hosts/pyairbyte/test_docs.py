"""The examples of docs/install.md that are Python."""

import importlib.util
import json
import os
from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "docs" / "install"


def test_example_of_a_sync_under_pyairbyte(world, tmp_path, monkeypatch, capsys):
    target = world.new_workspace("docs")
    config = world.source_config(world.shop, world.shop_segment)
    (tmp_path / "source.json").write_text(json.dumps(config), encoding="utf8")
    (tmp_path / "destination.json").write_text(
        json.dumps(world.destination_config(target)), encoding="utf8"
    )
    programs = [world.source_executable, world.destination_executable]
    path = os.pathsep.join([*(str(Path(program).parent) for program in programs), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)

    spec = importlib.util.spec_from_file_location("pyairbyte_sync", EXAMPLES / "pyairbyte_sync.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.main(tmp_path)
    assert f"{len(world.shop.users())} records delivered" in capsys.readouterr().out
    assert target.user("user-7")["custom_attributes"] == world.shop.user("user-7")["custom_attributes"]


def test_example_of_an_airflow_dag_is_python():
    compile((EXAMPLES / "airflow_dag.py").read_text(encoding="utf8"), "airflow_dag.py", "exec")
