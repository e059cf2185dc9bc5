"""source-braze under PyAirbyte, through its public functions only."""

import datetime
import json

import pytest
from airbyte import exceptions

CONTENT = [
    "campaigns",
    "campaigns_details",
    "campaigns_analytics",
    "canvases",
    "segments_details",
    "custom_attributes",
    "kpi_daily_new_users",
    "catalog_items",
    "content_block_translations",
    "cdi_job_sync_status",
]


def test_source_config_is_validated_against_the_spec(world, source):
    config = world.source_config(world.shop, world.shop_segment)
    braze = source(config)
    assert braze.config_spec["properties"]["api_key"]["airbyte_secret"] is True
    braze.validate_config()
    bucketless = {k: v for k, v in world.storage("braze").items() if k != "s3_bucket_name"}
    for wrong in [
        {"url": world.braze_url},
        {**config, "url": "rest.iad-01.braze.com"},
        {**config, "start_date": "yesterday"},
        {**config, "segment_ids": "all"},
        {**config, "object_storage_config": bucketless},
    ]:
        with pytest.raises(exceptions.AirbyteConnectorValidationFailedError):
            braze.validate_config(wrong)


def test_source_check(world, source):
    source(world.source_config(world.shop, world.shop_segment)).check()
    with pytest.raises(exceptions.AirbyteConnectorCheckFailedError) as failure:
        source(world.source_config(world.shop, world.shop_segment, api_key="wrong-key")).check()
    reason = failure.value.context["failure_reason"]
    assert "key" in reason
    assert "wrong-key" not in str(failure.value)


def test_source_streams_are_discovered(world, source):
    braze = source(world.source_config(world.shop, world.shop_segment))
    streams = braze.get_available_streams()
    assert {"segment_users", *CONTENT} <= set(streams)
    assert "segment_users" not in source(world.source_config(world.shop)).get_available_streams()
    schema = braze.get_stream_json_schema("segment_users")
    assert "loyalty_points" in schema["properties"]["custom_attributes"]["properties"]


def test_source_reads_every_stream_into_a_cache(world, source, cache):
    braze = source(world.source_config(world.shop, world.shop_segment))
    braze.select_all_streams()
    read = braze.read(cache=cache)
    assert set(read.streams) == set(braze.get_available_streams())
    for stream in ["segment_users", *CONTENT]:
        assert len(read[stream]) > 0, stream


def test_source_brings_profiles_unharmed(world, source, cache):
    braze = source(world.source_config(world.shop, world.shop_segment))
    braze.select_streams(["segment_users"])
    read = braze.read(cache=cache)
    records = {record["braze_id"]: dict(record) for record in read["segment_users"]}
    users = {user["braze_id"]: user for user in world.shop.users()}
    assert records.keys() == users.keys()
    for braze_id, user in users.items():
        record = records[braze_id]
        assert record["segment_id"] == world.shop_segment
        assert record["external_id"] == user.get("external_id")
        assert record["last_name"] == user["last_name"]
        # Half a surrogate pair is in no UTF-8 text.
        attributes = json.dumps(user["custom_attributes"]).replace('"\\ud83d"', '"\\ufffd"')
        assert record["custom_attributes"] == json.loads(attributes)
        assert isinstance(record["exported_at"], datetime.datetime)


def test_source_reads_incrementally_from_the_state_in_the_cache(world, source, cache):
    workspace = world.new_workspace_with_storage("incremental")
    workspace.add_users(awkward=40)
    segment = workspace.add_segment()
    braze = source(world.source_config(workspace, segment))
    braze.select_streams(["segment_users", "segments_analytics"])
    assert braze.read(cache=cache).processed_records > 40
    series = len(braze.read(cache=cache)["segments_analytics"])

    workspace.track(attributes=[{"external_id": "user-7", "first_name": "Changed"}])
    read = braze.read(cache=cache)
    profiles = {record["braze_id"]: dict(record) for record in read["segment_users"]}
    assert [p["external_id"] for p in profiles.values() if p["first_name"] == "Changed"] == ["user-7"]
    # The changed user and the current day once more, and nothing else.
    assert read.processed_records == 2
    assert len(profiles) == 40
    assert len(read["segments_analytics"]) == series


def test_source_without_a_bucket_is_read_in_full_each_time(world, source, cache):
    workspace = world.new_workspace("link")
    workspace.add_users(awkward=20)
    config = world.source_config(
        workspace, workspace.add_segment(), object_storage_config={"storage_type": "None"}
    )
    braze = source(config)
    # PyAirbyte asks for an incremental sync, although discover offers none here.
    braze.select_streams(["segment_users"])
    for _ in range(2):
        read = braze.read(cache=cache)
        assert read.processed_records == 20
        assert len(read["segment_users"]) == 20


def test_source_can_be_stopped_after_a_few_records(world, source):
    braze = source(world.source_config(world.shop, world.shop_segment))
    records = list(braze.get_records("segment_users", limit=3))
    assert len(records) == 3
    samples = braze.get_samples(["campaigns", "kpi_daily_new_users"], limit=2)
    assert [len(list(sample)) for sample in samples.values()] == [2, 2]


def test_source_failure_fails_the_read_and_says_why(world, source, cache, capfd):
    workspace = world.new_workspace("no permission", permissions=["campaigns.list"])
    braze = source(world.source_config(workspace))
    braze.select_streams(["campaigns", "segments"])
    with pytest.raises(exceptions.AirbyteConnectorFailedError):
        braze.read(cache=cache)
    assert "segments.list" in " ".join(capfd.readouterr().err.split())
