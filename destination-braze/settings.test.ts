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
});
