import { brokenStreams, type RememberedStream } from "./catalog-compatibility";

const campaigns: RememberedStream = {
  name: "campaigns",
  json_schema: {
    type: "object",
    properties: {
      id: { type: "string" },
      sent: { type: ["null", "integer"] },
      edited: { type: "string", format: "date-time" },
      details: { type: "object", properties: { tag: { type: "string" } } },
    },
  },
  supported_sync_modes: ["full_refresh", "incremental"],
  source_defined_primary_key: [["id"]],
  default_cursor_field: ["edited"],
};
const withColumns = (columns: object): RememberedStream => ({
  ...campaigns,
  json_schema: { properties: { ...(campaigns.json_schema.properties as object), ...columns } },
});

test.each<[string, RememberedStream[]]>([
  ["nothing", [campaigns]],
  ["a new stream", [{ ...campaigns, name: "canvases" }, campaigns]],
  ["a new column", [withColumns({ more: { type: "string" } })]],
  ["a null more", [withColumns({ id: { type: ["string", "null"] } })]],
  ["another description", [withColumns({ id: { type: "string", description: "Identifier" } })]],
])("%s breaks no table", (_, after) => {
  expect(brokenStreams([campaigns], after)).toEqual([]);
});

test.each<[string, RememberedStream[], string]>([
  ["a removed stream", [], "The stream campaigns is no longer there."],
  [
    "a removed sync mode",
    [{ ...campaigns, supported_sync_modes: ["full_refresh"] }],
    "campaigns can no longer be read with the sync mode incremental.",
  ],
  [
    "another primary key",
    [{ ...campaigns, source_defined_primary_key: [["id"], ["day"]] }],
    'campaigns has another primary key: [["id"],["day"]], not [["id"]].',
  ],
  [
    "another cursor",
    [{ ...campaigns, default_cursor_field: ["id"] }],
    'campaigns has another cursor: ["id"], not ["edited"].',
  ],
  ["a removed column", [withColumns({ sent: undefined })], "campaigns.sent is no longer there."],
  ["another type", [withColumns({ sent: { type: "number" } })], "campaigns.sent is number, not integer."],
  [
    "another format",
    [withColumns({ edited: { type: "string" } })],
    "campaigns.edited is string, not string or date-time.",
  ],
  [
    "a removed part of a column",
    [withColumns({ details: { type: "object", properties: {} } })],
    "campaigns.details.tag is no longer there.",
  ],
])("%s breaks a table", (_, after, expected) => {
  expect(brokenStreams([campaigns], after)).toEqual([expected]);
});
