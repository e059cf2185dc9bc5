import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import type { ConfiguredAirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import { asOffered, chooseStream } from "./read";
import { settingsOf } from "./settings";

const config = { url: "https://rest.example.com", api_key: "key", segment_ids: ["seg"] };
const configured = (name: string, sync_mode: ConfiguredAirbyteStream["sync_mode"] = "full_refresh") => ({
  stream: { name, json_schema: {}, supported_sync_modes: [sync_mode] },
  sync_mode,
  destination_sync_mode: "append" as const,
});

test("a stream is chosen by its name", () => {
  expect(chooseStream(configured("segment_users"), settingsOf(config)).name).toBe("segment_users");
});

test("segment_users is read incrementally with a bucket", () => {
  const bucket = { storage_type: "S3" as const, s3_bucket_name: "b", s3_bucket_region: "us-east-1" };
  const settings = settingsOf({ ...config, object_storage_config: bucket });
  expect(chooseStream(configured("segment_users", "incremental"), settings).name).toBe("segment_users");
});

test("a host that asks for incremental where only a full refresh is offered gets the full refresh", () => {
  const offered = configured("segments_details");
  expect(asOffered({ ...offered, sync_mode: "incremental" })).toEqual(offered);
  const chosen = configured("campaigns", "incremental");
  expect(asOffered(chosen)).toBe(chosen);
  expect(asOffered(offered)).toBe(offered);
});

test.each([
  ["that does not exist", configured("users"), config, /"users".*segment_users/],
  ["in a mode that it does not have", configured("segments_details", "incremental"), config, /full_refresh/],
  ["in a mode that lacks a setting", configured("segment_users", "incremental"), config, /S3 bucket/],
  ["that lacks a setting", configured("segment_users"), { ...config, segment_ids: [] }, /segment_ids/],
])("a stream %s is a config_error", async (_, stream, raw, message) => {
  const error = await thrownBy(() => chooseStream(stream, settingsOf(raw)));
  expect(error.failureType).toBe("config_error");
  expect(error.message).toMatch(message);
});
