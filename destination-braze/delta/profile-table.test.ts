import fc from "fast-check";
import { ProfileTable } from "./profile-table";

type Attributes = Record<string, [number, number]>;

const word = fc.integer({ min: 0, max: 0xffffffff });
/** Few identities with close slots, so that searches, moves and overwrites meet. */
const identity = fc.tuple(fc.constantFrom(0, 1, 2, 63, 64, 65, 128, 0xffffffff), fc.constantFrom(0, 1));
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.tuple(word, word),
  { maxKeys: 20 },
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), identity, attributes }),
  fc.record({
    kind: fc.constant("apply" as const),
    identity,
    attributes,
    forgotten: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant("remove" as const), identity }),
);

const remembered = (entries: Attributes) => {
  const ids = Object.keys(entries).map(Number);
  return {
    count: ids.length,
    nameIds: Uint16Array.from(ids),
    hashes: Uint32Array.from(Object.values(entries).flat()),
  };
};

function contents(table: ProfileTable): Record<string, Attributes> {
  const result: Record<string, Attributes> = {};
  for (const position of table.positions()) {
    const { count, nameIds, hashes } = table.read(position);
    const entries: Attributes = {};
    for (let index = 0; index < count; index++) {
      entries[String(nameIds[index])] = [hashes[2 * index] as number, hashes[2 * index + 1] as number];
    }
    result[`${table.idLo(position)}:${table.idHi(position)}`] = entries;
  }
  return result;
}

describe("ProfileTable", () => {
  it("holds what a map would hold, whatever is written and removed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new ProfileTable();
        const model: Record<string, Attributes> = {};
        for (const action of steps) {
          const [lo, hi] = action.identity;
          if (action.kind === "write") {
            table.write(lo, hi, remembered(action.attributes));
            model[`${lo}:${hi}`] = action.attributes;
          } else if (action.kind === "apply") {
            const set = Object.keys(action.attributes);
            const forgotten = action.forgotten.filter((id) => !set.includes(String(id)));
            const hashes = Object.values(action.attributes).flat();
            table.apply(lo, hi, {
              nameIds: set.map(Number),
              hashes: [0, ...hashes],
              firstHash: 1,
              forgotten,
            });
            const kept = { ...model[`${lo}:${hi}`], ...action.attributes };
            for (const id of forgotten) delete kept[String(id)];
            model[`${lo}:${hi}`] = kept;
          } else {
            table.remove(lo, hi);
            delete model[`${lo}:${hi}`];
          }
        }
        expect(contents(table)).toEqual(model);
        expect(table.size).toBe(Object.keys(model).length);
        for (const key of Object.keys(model)) {
          const [lo, hi] = key.split(":").map(Number) as [number, number];
          expect(table.find(lo, hi)).not.toBe(-1);
        }
      }),
    );
  });

  it("knows an attribute's hash only whole", () => {
    const table = new ProfileTable();
    table.write(1, 2, remembered({ "7": [10, 20], "8": [30, 40] }));
    const position = table.find(1, 2);
    expect(table.has(position, 8, 30, 40)).toBe(true);
    expect(table.has(position, 8, 30, 41)).toBe(false);
    expect(table.has(position, 8, 31, 40)).toBe(false);
    expect(table.has(position, 9, 30, 40)).toBe(false);
  });

  it("remembers nothing of a profile with too many attributes, not even what it knew before", () => {
    const table = new ProfileTable();
    table.write(1, 2, remembered({ "7": [10, 20] }));
    const many = Array.from({ length: 6001 }, (_, id) => [String(id), [1, 1]]);
    table.write(1, 2, remembered(Object.fromEntries(many)));
    expect(table.find(1, 2)).toBe(-1);
    table.write(1, 2, remembered(Object.fromEntries(many.slice(1))));
    expect(table.has(table.find(1, 2), 6000, 1, 1)).toBe(true);
  });

  it("finds every profile among a hundred thousand", () => {
    const table = new ProfileTable();
    const count = 100_000;
    const low = (index: number): number => Math.imul(index, 0x9e3779b1) >>> 0;
    for (let index = 0; index < count; index++)
      table.write(low(index), index, remembered({ "1": [index, index] }));
    expect(table.size).toBe(count);
    for (let index = 0; index < count; index++) {
      expect(table.has(table.find(low(index), index), 1, index, index)).toBe(true);
    }
  });
});
