import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { readStream } from "../testing/read-stream";
import { listed, ofThings } from "../testing/things";
import { objectAt, objectsAt } from "./answers";
import { childStream } from "./child-stream";
import { linkCursor } from "./paging";

const declaration = {
  name: "things_details",
  schema: {},
  primaryKey: ["thing_id"],
  parent: ofThings,
  endpoint: { path: "/things/details", permission: "things.details" },
  entries: objectAt(),
};
const details = childStream(declaration);

const parts = childStream({
  name: "parts",
  schema: {},
  primaryKey: ["thing_id", "part"],
  parent: ofThings,
  endpoint: { path: "/things/{thing_id}/parts", permission: "things.parts" },
  entries: objectsAt("parts"),
  paging: linkCursor,
});

type Call = { query?: Readonly<Record<string, unknown>> };

test("details carry the identifier of what they are of, in the order of the list", async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `t${index}`);
  const { records, requests } = await readStream(details, {
    answers: {
      "/things": listed(...ids),
      "/things/details": ({ query }: Call) => ({
        body: { message: "success", name: `name of ${query?.thing_id}` },
      }),
    },
  });
  expect(records).toEqual(ids.map((id) => ({ message: "success", name: `name of ${id}`, thing_id: id })));
  expect(requests).toHaveLength(21);
});

test("an entry without an identifier, or listed twice, is not asked for", async () => {
  const { requests } = await readStream(details, {
    answers: {
      "/things": [{ body: { things: [{ id: "a" }, { name: "nameless" }, { id: "a" }] } }],
      "/things/details": [{ body: {} }],
    },
  });
  expect(requests).toHaveLength(2);
});

test("what Braze refuses is skipped, counted and named", async () => {
  const { records, warnings } = await readStream(details, {
    answers: {
      "/things": listed("a", "b", "c", "d"),
      "/things/details": ({ query }: Call) => {
        if (query?.thing_id === "b") return { status: 400, body: { message: "Invalid Thing ID" } };
        return query?.thing_id === "d" ? { status: 404 } : { body: {} };
      },
    },
  });
  expect(records).toEqual([{ thing_id: "a" }, { thing_id: "c" }]);
  expect(warnings).toEqual([
    "things_details: 2 objects skipped, because Braze refused /things/details for them: thing_id b (400: Invalid Thing ID), thing_id d (404).",
  ]);
});

test("of many refused objects some are named", async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
  const { warnings } = await readStream(details, {
    answers: { "/things": listed(...ids), "/things/details": [{ status: 404 }] },
  });
  expect(warnings[0]).toMatch(/^things_details: 12 objects skipped.*t4 \(404\) and 7 more\.$/);
});

test("a refusal that was to be expected is not mentioned", async () => {
  const stream = childStream({
    ...declaration,
    expectedRefusal: ({ reason }) => reason === "has none",
  });
  const { records, warnings } = await readStream(stream, {
    answers: { "/things": listed("a"), "/things/details": [{ status: 400, body: { message: "has none" } }] },
  });
  expect([...records, ...warnings]).toEqual([]);
});

test("children of several pages are read to the end, each page by its cursor", async () => {
  const page = (cursor: unknown, of: string) => ({
    body: { parts: [{ part: `${of}${cursor ?? 0}` }] },
    headers: cursor === undefined ? { link: '</x?cursor=1>; rel="next"' } : {},
  });
  const { records } = await readStream(parts, {
    answers: {
      "/things": listed("a", "b"),
      "/things/a/parts": ({ query }: Call) => page(query?.cursor, "a"),
      "/things/b/parts": ({ query }: Call) => page(query?.cursor, "b"),
    },
  });
  expect(records).toEqual([
    { part: "a0", thing_id: "a" },
    { part: "a1", thing_id: "a" },
    { part: "b0", thing_id: "b" },
    { part: "b1", thing_id: "b" },
  ]);
});

test("an answer that is none of what was asked for is an error that names the endpoint", async () => {
  const answers = { "/things": listed("a"), "/things/details": [{ body: "surprise" }] };
  expect((await thrownBy(() => readStream(details, { answers }))).message).toContain("/things/details");
});
