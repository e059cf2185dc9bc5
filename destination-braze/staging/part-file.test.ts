import { decodePart, type StagedObject } from "./part-file";
import { PartText } from "./part-text";

const jsonOf = (number: number): string =>
  JSON.stringify({ external_id: String(number), name: "Zoë 🎈\nline" });
const staged = (number: number, changed: Partial<StagedObject> = {}): StagedObject => ({
  slot: "attributes",
  identity: `external_id:ü"${number}\u2028`,
  json: jsonOf(number),
  fingerprints: [],
  ...changed,
});

async function partOf(count: number): Promise<Buffer> {
  const part = new PartText();
  for (let number = 0; number < count; number++) part.add([staged(number)], number >> 1);
  return part.encode();
}

describe("a staged part", () => {
  it("gives back what was put in", async () => {
    const part = new PartText();
    part.add([staged(1)], 0);
    part.add([staged(2, { slot: 'catalog_items/a"b', fingerprints: [1, 2, 0xffffffff, 0] })], 7);
    expect(await decodePart(await part.encode())).toEqual({
      objects: [
        { ...staged(1), json: undefined, batch: 0, body: JSON.parse(jsonOf(1)) },
        {
          ...staged(2),
          json: undefined,
          slot: 'catalog_items/a"b',
          fingerprints: [1, 2, 0xffffffff, 0],
          batch: 7,
          body: JSON.parse(jsonOf(2)),
        },
      ].map(({ json: _, ...rest }) => rest),
      reach: 0,
    });
  });

  it("says how far the records had come, however much is in it", async () => {
    const part = new PartText();
    part.add([staged(1)], 0);
    expect(await decodePart(await part.encode(0xffffffff))).toMatchObject({
      objects: [{ batch: 0 }],
      reach: 0xffffffff,
    });
  });

  it("gives back what was put in as bytes", async () => {
    const part = new PartText();
    const texts = ["plain", "wide: Zoë", "x".repeat(100_000)].map((a) => JSON.stringify({ a }));
    part.add(
      texts.map((text, index) => staged(index, { json: Buffer.from(text) })),
      0,
    );
    const { objects } = await decodePart(await part.encode());
    expect(objects.map(({ body }) => JSON.stringify(body))).toEqual(texts);
  });

  it("grows as large as it has to", async () => {
    const { objects, damage } = await decodePart(await partOf(5000));
    expect(damage).toBeUndefined();
    expect(objects).toHaveLength(5000);
    expect(objects[4999]).toMatchObject({ batch: 2499, body: { external_id: "4999" } });
  });

  it("gives what can be read when it was cut, and says so", async () => {
    const bytes = await partOf(5000);
    const { objects, damage } = await decodePart(bytes.subarray(0, bytes.length >> 1));
    expect(objects.length).toBeGreaterThan(100);
    expect(objects.length).toBeLessThan(5000);
    expect(objects[99]).toMatchObject({ body: { external_id: "99" } });
    expect(damage).toBe("unexpected end of file");
  });

  it("says when lines are missing or it is something else", async () => {
    const bytes = await partOf(10);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff;
    expect((await decodePart(bytes)).damage).toBeDefined();
    expect(await decodePart(Buffer.from("not gzip"))).toMatchObject({
      objects: [],
      damage: expect.any(String),
    });
    const { gzipSync } = await import("node:zlib");
    const text = (lines: string): Buffer => gzipSync(Buffer.from(lines));
    expect(await decodePart(text('{"version":2,"objects":0}\n'))).toEqual({
      objects: [],
      reach: 0,
      damage: "its version 2 is unknown",
    });
    expect(await decodePart(text("[]\n"))).toEqual({
      objects: [],
      reach: 0,
      damage: "it is not a staged part",
    });
    const odd =
      '[0,"attributes","a",[]]\n[0,"attributes",1,{}]\n["0","a","b",{}]\n[0,"a","b",{},["x"]]\n{}\n';
    expect(await decodePart(text(`{"version":1,"objects":5}\n${odd}`))).toEqual({
      objects: [],
      reach: 0,
      damage: "objects are missing",
    });
  });
});
