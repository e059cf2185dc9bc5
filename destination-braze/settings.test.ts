import { settingsOf } from "./settings";

const config = { url: "https://rest.iad-01.braze.com", api_key: "k" };

describe("settingsOf", () => {
  it("fills in the defaults", () => {
    expect(settingsOf(config)).toEqual({
      url: config.url,
      apiKey: "k",
      storage: { storage_type: "None" },
      send: "everything",
      createUsers: true,
      createCatalogs: false,
      messagesInDoubt: "reject",
      nullValues: "ignore",
      removedProfiles: { action: "keep" },
      removedProfilesLimitPercent: undefined,
      reportValues: "masked",
      streams: [],
      limits: {
        requestsPer3Seconds: 3000,
        requestsPerHour: undefined,
        trackBulk: false,
        objectsPerRequest: 75,
        countObjects: "combined",
        maxRequestBytes: 4_000_000,
        concurrentRequests: 32,
      },
      maxOutageMs: 1_800_000,
    });
  });

  it("sends what changed as soon as there is storage to remember it in", () => {
    const storage = { storage_type: "Local" as const, directory: "/data" };
    expect(settingsOf({ ...config, object_storage_config: storage }).send).toBe("changed_attributes");
    expect(() => settingsOf({ ...config, send: "changed_attributes" })).toThrow(
      "without object_storage_config nothing can remember what was sent",
    );
  });

  test.each(["requests_per_3_seconds", "requests_per_hour", "objects_per_request", "concurrent_requests"])(
    "refuses %s = 0",
    (key) => {
      const settings = () => settingsOf({ ...config, limits: { [key]: 0 } });
      expect(settings).toThrow(`"limits.${key}" is 0, so nothing may be sent`);
      expect(settings).toThrow(expect.objectContaining({ failureType: "config_error" }));
    },
  );

  test("takes fractions of minutes for the longest outage, and 0", () => {
    const outage = (minutes: number) =>
      settingsOf({ ...config, limits: { max_outage_minutes: minutes } }).maxOutageMs;
    expect([0, 0.05, 90].map(outage)).toEqual([0, 3000, 5_400_000]);
  });

  describe("with a shard", () => {
    const local = { storage_type: "Local" as const, directory: "/data" };
    const sharded = (index: number, count: number, more = {}) =>
      settingsOf({ ...config, object_storage_config: local, shard: { index, count }, ...more });

    it("gives it its share of the limits, and at least something", () => {
      const limits = { requests_per_3_seconds: 10, requests_per_hour: 100, concurrent_requests: 7 };
      expect(sharded(1, 3, { limits })).toMatchObject({
        shard: { index: 1, count: 3 },
        limits: { requestsPer3Seconds: 3, requestsPerHour: 33, concurrentRequests: 3, shares: 3 },
      });
      expect(sharded(0, 240, { limits }).limits).toMatchObject({
        requestsPer3Seconds: 1,
        requestsPerHour: 1,
        concurrentRequests: 1,
        objectsPerRequest: 75,
      });
    });

    it("is nothing special when it is the only one", () => {
      expect(sharded(0, 1)).toEqual(settingsOf({ ...config, object_storage_config: local }));
    });

    test.each([
      [3, 3, {}, /index 3 and the count 3/],
      [0, 2, { removed_profiles: "delete_user" }, /"removed_profiles" does not go with "shard"/],
    ])("is refused as %d of %d with %j", (index, count, more, sentence) => {
      const settings = () => sharded(index, count, more);
      expect(settings).toThrow(sentence);
      expect(settings).toThrow(expect.objectContaining({ failureType: "config_error", help: "shards" }));
    });
  });
});
