import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { settingsOf } from "./settings";

const config = { url: "https://rest.example.com", api_key: "key" };

test("defaults are filled in, in milliseconds", () => {
  expect(settingsOf(config)).toEqual({
    url: "https://rest.example.com",
    apiKey: "key",
    startDate: undefined,
    appIds: [],
    segmentIds: [],
    segmentExport: {
      fields: undefined,
      customAttributes: undefined,
      pollIntervalMs: 10_000,
      settleMs: 30_000,
      timeoutMs: 10_800_000,
    },
    storage: { storage_type: "None" },
  });
});

test("minutes and seconds may be fractions, empty lists mean everything", () => {
  const { segmentExport } = settingsOf({
    ...config,
    segment_export: { timeout_minutes: 0.05, settle_seconds: 0.5, fields: [], custom_attributes: [] },
  });
  expect(segmentExport).toMatchObject({
    timeoutMs: 3000,
    settleMs: 500,
    fields: undefined,
    customAttributes: undefined,
  });
});

test("identifiers lose the blanks they were pasted with", () => {
  expect(settingsOf({ ...config, segment_ids: [" 3cd5ddbb-a4fb "] }).segmentIds).toEqual(["3cd5ddbb-a4fb"]);
});

test("a segment that is pasted twice, once with a blank, is exported once", () => {
  expect(settingsOf({ ...config, segment_ids: ["one", "two", "one "] }).segmentIds).toEqual(["one", "two"]);
});

test.each(["../elsewhere", "VIP customers", "a/b"])("%s is not an identifier", async (id) => {
  const error = await thrownBy(() => settingsOf({ ...config, segment_ids: [id] }));
  expect(error.message).toContain(`"${id}"`);
});
