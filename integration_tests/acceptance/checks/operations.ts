import type { DestinationOperation } from "@braze-connectors/spec/airbyte/protocol";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { propertiesOf, type Schema, typesOf } from "../schema-walk";
import type { Check, Subject } from "../subject";

const of = "destination-braze";

/** What the destination can do with records, by `discover`. */
async function operations(subject: Subject): Promise<readonly DestinationOperation[]> {
  const { messages } = await subject.run("discover");
  const found = messages.find(({ destination_catalog }) => destination_catalog)?.destination_catalog;
  if (!found) throw new Error("`discover` says no DESTINATION_CATALOG message.");
  return found.operations;
}

export const operationChecks: Check[] = [
  {
    name: "discover: one catalog of operations, each object once in a sync mode",
    of,
    async verify(subject) {
      const finished = await subject.run("discover");
      expect(finished.messages.filter(({ type }) => type === "DESTINATION_CATALOG")).toHaveLength(1);
      expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], stderr: "" });
      const found = (await operations(subject)).map((each) => `${each.object_name} ${each.sync_mode}`);
      expect(found).toContain("users append");
      expect(new Set(found).size).toBe(found.length);
    },
  },
  {
    name: "discover: operations have the sync modes that the specification names",
    of,
    async verify(subject) {
      const { supported_destination_sync_modes: modes = [] } = await subject.spec();
      for (const { object_name, sync_mode } of await operations(subject))
        expect([object_name, modes.includes(sync_mode)]).toEqual([object_name, true]);
    },
  },
  {
    name: "discover: schemas of objects are JSON Schema, and matching keys are fields of them",
    of,
    async verify(subject) {
      const ajv = new Ajv({ strict: false });
      addFormats(ajv);
      for (const { object_name, json_schema, matching_keys } of await operations(subject)) {
        const schema = json_schema as Schema;
        expect([object_name, ajv.validateSchema(schema), typesOf(schema)]).toEqual([
          object_name,
          true,
          ["object"],
        ]);
        expect(Object.keys(propertiesOf(schema)).length).toBeGreaterThan(0);
        // Hosts read it as a switch: whether people may add fields.
        expect([object_name, typeof json_schema.additionalProperties]).toEqual([object_name, "boolean"]);
        for (const [field = ""] of matching_keys ?? [])
          expect([object_name, field, field in propertiesOf(schema)]).toEqual([object_name, field, true]);
      }
    },
  },
];
