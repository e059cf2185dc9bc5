import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import validateConfiguredCatalog from "@braze-connectors/spec/validators/validateConfiguredCatalog";
import validateDestinationConfig from "@braze-connectors/spec/validators/validateDestinationConfig";
import { prepareUpdate } from "../pipeline/prepare";
import { outgoingOf } from "../pipeline/update";
import { planRoutes, type Route } from "../routes";
import { settingsOf } from "../settings";
import { recordWith } from "../testing/updates";
import { identifierColumns } from "./identity";
import type { BrazeObject } from "./object";
import { findObject, objectNames } from "./registry";

const page = readFileSync(join(__dirname, "../../docs/objects.md"), "utf8");
const blocks = [...page.matchAll(/```json\n(.*?)\n```/gs)].map(
  ([, text = ""]) => JSON.parse(text) as JsonObject,
);

type Block = "stream" | "mapping" | "record" | "config";
const kindOf = ({ record, stream }: JsonObject): Block => {
  if (record !== undefined) return "record";
  if (stream === undefined) return "config";
  return isObject(stream) ? "stream" : "mapping";
};

function configWith(fragment: JsonObject): BrazeDestinationConfig {
  const config = { url: "https://rest.iad-01.braze.com", api_key: "k", ...fragment };
  expect([validateDestinationConfig(config), validateDestinationConfig.errors]).toEqual([true, null]);
  return config as unknown as BrazeDestinationConfig;
}

/** The route of a catalog entry, or of a mapping entry with a stream that has the columns of its records. */
function routeOf(block: JsonObject): Route {
  const isMapping = kindOf(block) === "mapping";
  const stream = isMapping
    ? {
        stream: { name: block.stream, json_schema: {}, supported_sync_modes: ["incremental"] },
        sync_mode: "incremental",
        destination_sync_mode: "append",
      }
    : structuredClone(block);
  const catalog = { streams: [stream] };
  expect([validateConfiguredCatalog(catalog), validateConfiguredCatalog.errors]).toEqual([true, null]);
  const settings = settingsOf(configWith(isMapping ? { streams: [block] } : {}));
  const [route] = [...planRoutes(catalog as ConfiguredAirbyteCatalog, settings).values()].flat();
  if (!route) throw new Error("There is no route");
  return route;
}

function written(block: JsonObject, record: JsonObject): JsonObject {
  const update = prepareUpdate(recordWith(record), routeOf(block));
  if (Array.isArray(update)) return { rejected: update.map(({ message }) => message).join(" ") };
  const { endpoint } = update.slot;
  return {
    endpoint: `${endpoint.method} ${endpoint.path}`,
    request: JSON.parse(String(endpoint.requestBody([outgoingOf(update)]))) as Json,
  };
}

const examples = blocks.flatMap((block, index) => {
  if (kindOf(block) !== "record") return [];
  const context = blocks.slice(0, index).findLast((each) => ["stream", "mapping"].includes(kindOf(each)));
  return [[block.record as JsonObject, context ?? {}, block] as const];
});

test("the page has examples of every object", () => {
  expect(examples.length).toBeGreaterThan(15);
  const shown = new Set(examples.map(([, context]) => routeOf(context).object.name.split("/")[0]));
  const own = objectNames.map((name) => name.split("/")[0]);
  expect([...shown].sort()).toEqual(
    own.filter((name) => !["users", "events", "purchases"].includes(`${name}`)).sort(),
  );
});

test.each(examples)(
  "the record %j is written as the page says",
  (record, context, { record: _, ...expected }) => {
    expect(written(context, record)).toEqual(expected);
  },
);

test.each(blocks.filter((block) => kindOf(block) === "config"))("the config may hold %j", (fragment) => {
  expect(settingsOf(configWith(fragment))).toBeDefined();
});

describe("the table", () => {
  const rows = page.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    return /^`[a-z_]+(\/(NAME|ID))?`$/.test(cells[1] ?? "") && cells.length === 9 ? [cells.slice(1, 8)] : [];
  });
  const objectOf = (name: string): BrazeObject => {
    const object = findObject(name.replaceAll("`", ""));
    if (!object) throw new Error(name);
    return object;
  };
  const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

  it("has all objects", () => {
    expect(rows.map(([name = ""]) => named(name)[0])).toEqual(objectNames);
  });

  it.each(rows)(
    "is right about %s",
    (name = "", endpoint = "", modes = "", keys = "", batch = "", _, permission = "") => {
      const object = objectOf(name);
      const slots = object.offer.modes.flatMap((mode) => {
        const { slot, slots: all } = object.forMode?.(mode) ?? object;
        // The objects of one mode may travel to several endpoints.
        return all.includes(slot) && !object.name.includes("/")
          ? all
          : [slot, ...(slot.whenKnown ? [slot.whenKnown] : [])];
      });
      const own = slots.filter(
        ({ endpoint: { path } }) => object.name !== "users" || path === "/users/track",
      );
      expect(new Set(named(permission))).toEqual(new Set(own.map(({ endpoint: each }) => each.permission)));
      for (const { endpoint: each } of own) {
        expect(endpoint).toContain(each.method);
        expect(endpoint).toContain(each.path);
        const { objectsPerRequest } = each.batchLimits(settingsOf(configWith({})).limits);
        if (/\d/.test(batch)) expect(batch).toContain(String(objectsPerRequest));
      }
      expect(modes.split(", ")).toEqual(object.offer.modes);
      const expected =
        keys.startsWith("the same") || keys.startsWith("as ") ? identifierColumns : named(keys);
      expect(object.offer.matchingKeys).toEqual(expected);
    },
  );
});
