import fc from "fast-check";
import { AttributeNames } from "./attribute-names";
import { DamagedPartError, decodePart, encodePart } from "./part-file";
import { ProfileTable } from "./profile-table";

const word = fc.integer({ min: 0, max: 0xffffffff });
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const anyAttributes = fc.dictionary(name, fc.tuple(word, word));
/** As most profiles are: like others. */
const usualAttributes = fc
  .constantFrom(1, 2, 3, 4)
  .chain((count) =>
    fc
      .array(fc.tuple(word, word), { minLength: count, maxLength: count })
      .map((hashes) => Object.fromEntries(hashes.map((hash, index) => [`column ${index}`, hash]))),
  );
const profiles = fc.array(
  fc.record({ lo: word, hi: word, attributes: fc.oneof(anyAttributes, usualAttributes) }),
  { maxLength: 30 },
);

type Profiles = Record<string, Record<string, [number, number]>>;

function fill(list: readonly { lo: number; hi: number; attributes: Record<string, [number, number]> }[]) {
  const names = new AttributeNames();
  const table = new ProfileTable();
  for (const { lo, hi, attributes } of list) {
    const keys = Object.keys(attributes);
    table.write(lo, hi, {
      count: keys.length,
      nameIds: Uint16Array.from(keys.map((key) => names.idOf(key) as number)),
      hashes: Uint32Array.from(Object.values(attributes).flat()),
    });
  }
  return { names, table };
}

function contents(table: ProfileTable, names: AttributeNames): Profiles {
  const result: Profiles = {};
  for (const position of table.positions()) {
    const { count, nameIds, hashes } = table.read(position);
    const entries: [string, [number, number]][] = [];
    for (let index = 0; index < count; index++) {
      entries.push([
        names.nameOf(nameIds[index] as number),
        [hashes[2 * index] as number, hashes[2 * index + 1] as number],
      ]);
    }
    result[`${table.idLo(position)}:${table.idHi(position)}`] = Object.fromEntries(entries);
  }
  return result;
}

describe("the file of an index part", () => {
  it("gives back what was stored, also into an index that numbers names differently", () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const { table, names } = fill(list);
        const otherNames = new AttributeNames();
        otherNames.idOf("a name that came first elsewhere");
        expect(contents(decodePart(encodePart(table, names), otherNames), otherNames)).toEqual(
          contents(table, names),
        );
      }),
    );
  });

  it("gives back what became of profiles that forgot attributes, got more or were removed", () => {
    const id = fc.integer({ min: 0, max: 9 });
    const ids = fc.uniqueArray(id, { maxLength: 10 });
    const change = fc.record({ profile: fc.nat(200), nameIds: ids, forgotten: ids, isGone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 100 }), fc.constantFrom(10, 3000), (changes, profiles) => {
        const names = new AttributeNames();
        for (let each = 0; each < 10; each++) names.idOf(`name ${each}`);
        const table = new ProfileTable();
        const apply = (profile: number, nameIds: readonly number[], forgotten: readonly number[]): void => {
          const hashes = nameIds.flatMap((nameId) => [profile, nameId]);
          table.apply(profile, 7, { nameIds, hashes, firstHash: 0, forgotten });
        };
        for (let profile = 0; profile < profiles; profile++) apply(profile, [0, 1, 2, 3, 4, 5], []);
        for (const { profile, nameIds, forgotten, isGone } of changes) {
          if (isGone) table.remove(profile, 7);
          else apply(profile, nameIds, forgotten);
        }
        const read = decodePart(encodePart(table, names), names);
        expect(read.size).toBe(table.size);
        expect(contents(read, names)).toEqual(contents(table, names));
      }),
      { numRuns: 50 },
    );
  });

  it("is read without the attributes that an index has no numbers left for", () => {
    const full = new AttributeNames();
    for (let index = 0; full.idOf(`name ${index}`) !== undefined; index++);
    full.idOf("name 3");
    const { table, names } = fill([
      { lo: 1, hi: 2, attributes: { "name 3": [3, 4], new: [5, 6], "name 1": [7, 8] } },
      { lo: 2, hi: 2, attributes: { new: [5, 6] } },
    ]);
    expect(contents(decodePart(encodePart(table, names), full), full)).toEqual({
      "1:2": { "name 3": [3, 4], "name 1": [7, 8] },
      "2:2": {},
    });
  });

  it("is refused after any damage", () => {
    const { table, names } = fill([{ lo: 1, hi: 2, attributes: { email: [3, 4], points: [5, 6] } }]);
    const bytes = encodePart(table, names);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[position] = (damaged[position] as number) ^ flip;
        expect(() => decodePart(damaged, new AttributeNames())).toThrow(DamagedPartError);
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodePart(bytes.subarray(0, length), new AttributeNames())).toThrow(DamagedPartError);
      }),
    );
  });

  it("holds no identifier and no value in clear", () => {
    const { table, names } = fill([{ lo: 1, hi: 2, attributes: { email: [3, 4] } }]);
    expect(encodePart(table, names).toString("latin1")).toContain("email");
    expect(encodePart(table, names).toString("latin1")).not.toContain("@");
  });
});
