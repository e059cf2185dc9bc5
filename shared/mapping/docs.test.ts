import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mapping } from "@braze-connectors/spec/mapping";
import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import { isObject, type Json, type JsonObject } from "../json";
import { applyMapping } from "./apply";
import { compileMapping } from "./compile";
import { compileProjection } from "./projection";

const page = readFileSync(join(__dirname, "../../docs/mapping.md"), "utf8");
const blocks = [...page.matchAll(/```json\n(.*?)\n```/gs)].map(([, text = ""]) => JSON.parse(text) as Json);

interface Example {
  mapping: Json;
  record: JsonObject;
  becomes: Json;
  ifEmpty: Json | undefined;
}

/** A block with a record belongs to the last block before it that has none. */
const examples = blocks.flatMap((block, index): Example[] => {
  if (!isObject(block) || !isObject(block.record)) return [];
  const mapping = blocks.slice(0, index).findLast((before) => !isObject(before) || !("record" in before));
  return [
    {
      mapping: mapping ?? null,
      record: block.record,
      becomes: block.becomes ?? null,
      ifEmpty: block.if_empty,
    },
  ];
});

const spreadColumns = new Set(["custom_attributes"]);

function mapped(mapping: Mapping, record: JsonObject) {
  const result = applyMapping(
    compileMapping(mapping, {
      position: "streams.0",
      stream: mapping.stream,
      object: mapping.object ?? "users",
      schema: {},
      nullValues: "ignore",
      excludedColumns: new Set(["devices"]),
      spreadColumns,
    }),
    record,
  );
  if (result.reasons) throw new Error(JSON.stringify(result.reasons));
  return result;
}

const projected = (mapping: SourceMapping, record: JsonObject): JsonObject =>
  compileProjection(mapping, {
    position: "segment_export.mapping",
    stream: "segment_users",
    schema: {},
    keep: ["segment_id", "braze_id"],
    spreadColumns,
  }).apply(record);

test("the page has examples", () => {
  expect(examples.length).toBeGreaterThan(19);
});

test.each(examples)(
  "the record $record becomes what the page says",
  ({ mapping, record, becomes, ifEmpty }) => {
    if (Array.isArray(mapping)) {
      const bodies = mapping.map((entry) => mapped(entry as unknown as Mapping, record).body);
      expect(bodies).toEqual(becomes);
    } else if (isObject(mapping) && "stream" in mapping) {
      const { body, setIfEmpty } = mapped(mapping as unknown as Mapping, record);
      expect({ body, setIfEmpty }).toEqual({ body: becomes, setIfEmpty: ifEmpty });
    } else {
      expect(projected(mapping as SourceMapping, record)).toEqual(becomes);
    }
  },
);
