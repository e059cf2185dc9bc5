"""destination-braze under PyAirbyte, through its public functions only."""

import pytest
from airbyte import exceptions

LOYALTY = {"loyalty_points": 4711}


@pytest.fixture
def pair(world, source):
    """A workspace to read from, a source of all its users, and a workspace to write to."""

    def of(name: str, users: int = 40):
        origin = world.new_workspace_with_storage(f"{name}, origin")
        origin.add_users(awkward=users)
        braze = source(world.source_config(origin, origin.add_segment()))
        braze.select_streams(["segment_users"])
        return origin, braze, world.new_workspace(f"{name}, target")

    return of


def ids(users: list[dict]) -> set[str]:
    return {user["external_id"] for user in users if "external_id" in user}


def test_destination_config_is_validated_against_the_spec(world, destination):
    config = world.destination_config(world.shop)
    braze = destination(config)
    braze.validate_config()
    braze.validate_config({**config, "removed_profiles": {"mark": "in_crm"}})
    for wrong in [
        {"url": world.braze_url},
        {**config, "send": "sometimes"},
        {**config, "limits": {"objects_per_request": -1}},
        {**config, "object_storage_config": {"storage_type": "Local"}},
        {**config, "streams": [{"identifiers": []}]},
    ]:
        with pytest.raises(exceptions.AirbyteConnectorValidationFailedError):
            braze.validate_config(wrong)


def test_destination_check(world, destination):
    config = world.destination_config(world.shop)
    destination(config).check()
    with pytest.raises(exceptions.AirbyteConnectorCheckFailedError) as failure:
        destination({**config, "api_key": "wrong-key"}).check()
    assert "key" in failure.value.context["failure_reason"]
    assert "wrong-key" not in str(failure.value)


def test_destination_writes_from_a_source(world, pair, destination, cache):
    origin, braze, target = pair("from a source")
    to_braze = destination(world.destination_config(target))
    assert to_braze.write(braze, cache=cache).processed_records == 40
    assert ids(target.users()) == ids(origin.users())
    assert "_airbyte" not in str(target.sent_attributes())
    first = len(target.sent_attributes())

    # Nothing changed: the source brings nobody, or the destination knows everybody.
    to_braze.write(braze, cache=cache)
    assert len(target.sent_attributes()) == first

    origin.track(attributes=[{"external_id": "user-7", **LOYALTY}])
    to_braze.write(braze, cache=cache)
    assert target.sent_attributes()[first:] == [{"external_id": "user-7", **LOYALTY}]
    assert target.user("user-7")["custom_attributes"]["loyalty_points"] == 4711


def test_destination_writes_from_a_source_without_a_cache(world, pair, destination):
    origin, braze, target = pair("without a cache")
    to_braze = destination(world.destination_config(target))
    for _ in range(2):
        # Without a state the source brings everybody: the destination finds them unchanged.
        assert to_braze.write(braze, cache=False, state_cache=False).processed_records == 40
    assert ids(target.users()) == ids(origin.users())
    assert len(target.sent_attributes()) == len(origin.users()) == 40
    assert target.user("user-7")["custom_attributes"] == origin.user("user-7")["custom_attributes"]


def test_destination_writes_from_a_read_result(world, pair, destination, cache):
    origin, braze, target = pair("from a read result")
    to_braze = destination(world.destination_config(target))
    assert to_braze.write(braze.read(cache=cache)).processed_records == 40
    first = len(target.sent_attributes())
    assert ids(target.users()) == ids(origin.users())

    # A read result hands over the whole cache, each time with other columns of the host in it.
    origin.track(attributes=[{"external_id": "user-7", **LOYALTY}])
    read = braze.read(cache=cache)
    assert read.processed_records == 1
    assert to_braze.write(read).processed_records == 40
    assert target.sent_attributes()[first:] == [{"external_id": "user-7", **LOYALTY}]


def test_destination_maps_one_stream_to_several_objects(world, pair, destination, cache):
    _, braze, target = pair("mapped")
    mappings = [
        {
            "stream": "segment_users",
            "object": "users",
            "identifiers": [{"field": "external_id", "as": "external_id"}],
            "fields": [{"field": "custom_attributes.plan", "as": "plan"}],
        },
        {
            "stream": "segment_users",
            "object": "events",
            "identifiers": [{"field": "external_id", "as": "external_id"}],
            "fields": [{"field": "exported_at", "as": "time"}],
            "static": [{"as": "name", "value": "Exported"}],
        },
    ]
    config = world.destination_config(target, streams=mappings)
    destination(config).write(braze, cache=cache)
    named = ids(target.users())
    assert len(named) > 20
    assert {event["braze_id"] for event in target.events()} == {user["braze_id"] for user in target.users()}
    assert len(target.events()) == len(named)
    assert set(target.user("user-7")["custom_attributes"]) == {"plan"}


def test_destination_failure_fails_the_write_and_says_why(world, pair, destination, cache, capfd):
    _, braze, target = pair("refused", users=5)
    target.fail_requests(kind="status", status=401, path="/users/track", body={"message": "Invalid API Key"})
    with pytest.raises(exceptions.AirbyteConnectorWriteError):
        destination(world.destination_config(target)).write(braze, cache=cache)
    assert "API key" in " ".join(capfd.readouterr().err.split())
