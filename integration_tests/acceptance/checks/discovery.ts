import type { AirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { brokenStreams } from "../catalog-compatibility";
import { releasedStreams, rememberedStreams } from "../released";
import { propertiesOf, type Schema, schemasIn, typesOf } from "../schema-walk";
import type { Check, Subject } from "../subject";

const of = "source-braze";

export const discovered = async (subject: Subject): Promise<readonly AirbyteStream[]> =>
  (await subject.run("discover")).catalog.streams;

/** Columns that a stream names as its primary key or cursor. */
const namedColumns = ({
  source_defined_primary_key = [],
  default_cursor_field,
}: AirbyteStream): string[][] => [
  ...source_defined_primary_key,
  ...(default_cursor_field === undefined ? [] : [default_cursor_field]),
];

export const discoveryChecks: Check[] = [
  {
    name: "discover: one catalog with streams, each once",
    of,
    async verify(subject) {
      const finished = await subject.run("discover");
      expect(finished.messages.filter(({ catalog }) => catalog)).toHaveLength(1);
      expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], stderr: "" });
      const names = finished.catalog.streams.map(({ name }) => name);
      expect(names.length).toBeGreaterThan(40);
      expect(new Set(names).size).toBe(names.length);
    },
  },
  {
    name: "discover: schemas are JSON Schema of an object, complete and open",
    of,
    async verify(subject) {
      const ajv = new Ajv({ strict: false });
      addFormats(ajv);
      for (const { name, json_schema } of await discovered(subject)) {
        const schema = json_schema as Schema;
        expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
        expect([name, typesOf(schema)]).toEqual([name, ["object"]]);
        for (const { path, schema: inner } of schemasIn(schema)) {
          const forbidden = ["$ref", "allOf", "not"].filter((keyword) => keyword in inner);
          expect([name, path, forbidden, inner.additionalProperties === false]).toEqual([
            name,
            path,
            [],
            false,
          ]);
        }
      }
    },
  },
  {
    name: "discover: primary keys and cursors are columns that can be compared",
    of,
    async verify(subject) {
      for (const stream of await discovered(subject)) {
        for (const [column = "", ...deeper] of namedColumns(stream)) {
          expect([stream.name, deeper]).toEqual([stream.name, []]);
          const schema = propertiesOf(stream.json_schema as Schema)[column];
          const types = typesOf((schema ?? {}) as Schema);
          expect([stream.name, column, types.length > 0]).toEqual([stream.name, column, true]);
          expect(types).not.toContain("object");
          expect(types).not.toContain("array");
        }
      }
    },
  },
  {
    name: "discover: every stream has a primary key and sync modes, an incremental one a cursor",
    of,
    async verify(subject) {
      for (const stream of await discovered(subject)) {
        expect([stream.name, stream.supported_sync_modes[0]]).toEqual([stream.name, "full_refresh"]);
        expect([stream.name, stream.source_defined_primary_key]).not.toEqual([stream.name, []]);
        const isIncremental = stream.supported_sync_modes.includes("incremental");
        expect([stream.name, stream.default_cursor_field !== undefined]).toEqual([
          stream.name,
          isIncremental,
        ]);
      }
    },
  },
  {
    name: "discover: tables of the last release stay right",
    of,
    async verify(subject) {
      const released = releasedStreams();
      expect(released.length).toBeGreaterThan(40);
      expect(brokenStreams(released, rememberedStreams(await discovered(subject)))).toEqual([]);
    },
  },
];
