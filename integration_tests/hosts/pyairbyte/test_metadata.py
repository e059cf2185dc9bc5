"""The metadata of both connectors, by the models that Airbyte publishes."""

from pathlib import Path

import pydantic
import pytest
import yaml
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import (
    ConnectorMetadataDefinitionV0,
)

REPOSITORY = Path(__file__).parents[3]
CONNECTORS = ["source-braze", "destination-braze"]


def metadata_of(connector: str) -> dict:
    return yaml.safe_load((REPOSITORY / connector / "metadata.yaml").read_text(encoding="utf8"))


def test_metadata_is_what_airbyte_takes():
    for connector in CONNECTORS:
        metadata = ConnectorMetadataDefinitionV0.model_validate(metadata_of(connector))
        said = metadata.model_dump(by_alias=True, mode="json")["data"]
        assert said["connectorType"] == connector.split("-")[0]


def test_metadata_that_airbyte_would_not_take_is_refused():
    for connector in CONNECTORS:
        metadata = metadata_of(connector)
        for wrong in [{"releaseStage": "finished"}, {"unknownKey": 1}, {"definitionId": "1"}]:
            with pytest.raises(pydantic.ValidationError):
                ConnectorMetadataDefinitionV0.model_validate(
                    {**metadata, "data": {**metadata["data"], **wrong}}
                )
