import type { BrazeRequest } from "@braze-connectors/shared/braze/client";
import type { Mapping } from "@braze-connectors/spec/mapping";
import { checkObjects } from "./check-objects";
import { type Settings, settingsOf } from "./settings";

const to = (object: string | undefined, stream = "s"): Mapping => ({ stream, object, identifiers: [] });
const settings = settingsOf({ url: "https://rest.iad-01.braze.com", api_key: "k" });

/** The permissions that a check asks for. */
async function asked(changed: Partial<Settings>, catalogs = ["cars"]): Promise<(string | undefined)[]> {
  const permissions: (string | undefined)[] = [];
  await checkObjects(
    { ...settings, ...changed },
    {
      send: async ({ body, permission, accept }: BrazeRequest) => {
        expect([body, accept]).toEqual([{}, [400, 404, 422]]);
        permissions.push(permission);
        return { status: 400, headers: {}, body: {} };
      },
      get: async () => ({
        status: 200,
        headers: {},
        body: { catalogs: catalogs.map((name) => ({ name })) },
      }),
    },
  );
  return permissions;
}

describe("checkObjects", () => {
  it("asks whether profiles may be written, where the config names nothing else", async () => {
    expect(await asked({})).toEqual(["users.track"]);
    expect(await asked({ limits: { ...settings.limits, trackBulk: true } })).toEqual(["users.track.bulk"]);
    expect(await asked({ streams: [to("users")] })).toEqual(["users.track"]);
    expect(await asked({ streams: [to(undefined, "crm_*")] })).toEqual(["users.track"]);
  });

  it("asks for what the objects of mappings need, each once, and for profiles only if they are written", async () => {
    const streams = [to("merge_users"), to("catalog_items/cars"), to("catalog_items/cars")];
    expect(await asked({ streams })).toEqual([
      "users.merge",
      "catalogs.replace_items",
      "catalogs.update_items",
    ]);
    expect(await asked({ streams: [to("canvas_trigger/x"), to("events")] })).toEqual([
      "users.track",
      "canvas.trigger.send",
    ]);
    expect(await asked({ streams: [to(undefined, "subscription_groups")] })).toEqual([
      "subscription.status.set",
    ]);
  });

  it("asks for what removing profiles needs", async () => {
    const streams = [to("merge_users")];
    const deleting = { action: "delete_user" } as const;
    expect(await asked({ streams, removedProfiles: deleting })).toEqual(["users.delete", "users.merge"]);
    const marking = { action: "mark", attribute: "in_crm" } as const;
    expect(await asked({ streams, removedProfiles: marking })).toContain("users.track");
  });

  it("names catalogs that are missing, unless they are to be created", async () => {
    const streams = [
      to("catalog_items/boats"),
      to(undefined, "catalog_items/planes"),
      to("catalog_items/cars"),
    ];
    await expect(asked({ streams })).rejects.toMatchObject({
      failureType: "config_error",
      message: expect.stringContaining('no catalog "boats", "planes"'),
    });
    await expect(asked({ streams, createCatalogs: true })).resolves.toHaveLength(2);
  });
});
