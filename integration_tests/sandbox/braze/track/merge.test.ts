import type { Json } from "../../json";
import { mergedAttribute } from "./merge";

const plain = { mergeObjects: false, arrayElements: 5 };
const merging = { mergeObjects: true, arrayElements: 5 };

function set(current: Json | undefined, update: Json, rules = plain): Json | undefined {
  const outcome = mergedAttribute(current, update, rules);
  return "set" in outcome ? outcome.set : undefined;
}

function dropped(current: Json | undefined, update: Json, rules = plain): boolean {
  return "drop" in mergedAttribute(current, update, rules);
}

describe("scalars", () => {
  it("replaces, and null removes", () => {
    expect(set("a", "b")).toBe("b");
    expect(set(1, false)).toBe(false);
    expect(mergedAttribute("a", null, plain)).toEqual({ remove: true });
  });

  it("truncates text at 255 characters", () => {
    expect(set(undefined, "x".repeat(255))).toBe("x".repeat(255));
    expect(set(undefined, "x".repeat(300))).toBe("x".repeat(255));
  });
});

describe("inc", () => {
  it("adds to an integer, from 0 when there is none", () => {
    expect(set(5, { inc: -2 })).toBe(3);
    expect(set(undefined, { inc: 4 })).toBe(4);
  });

  it("is dropped for what is no integer", () => {
    expect(dropped("5", { inc: 1 })).toBe(true);
    expect(dropped(1.5, { inc: 1 })).toBe(true);
    expect(dropped(5, { inc: 0.5 })).toBe(true);
    expect(dropped(5, { inc: "1" })).toBe(true);
  });
});

describe("arrays", () => {
  it("are sets: a repeated element moves to the end", () => {
    expect(set(undefined, ["hotdog", "hotdog", "hotdog", "pizza"])).toEqual(["hotdog", "pizza"]);
    expect(set(["a", "b", "c"], { add: ["a"] })).toEqual(["b", "c", "a"]);
  });

  it("are replaced by an array, changed by add and remove", () => {
    expect(set(["a"], ["b"])).toEqual(["b"]);
    expect(set(["a"], { add: ["b", "c"] })).toEqual(["a", "b", "c"]);
    expect(set(["a", "b"], { remove: ["a", "z"] })).toEqual(["b"]);
    expect(set(["a", "b"], { add: ["c"], remove: ["a"] })).toEqual(["b", "c"]);
    expect(set(undefined, { add: ["c"] })).toEqual(["c"]);
  });

  it("lose their oldest elements beyond the limit", () => {
    expect(set(undefined, ["1", "2", "3", "4", "5", "6", "7"])).toEqual(["3", "4", "5", "6", "7"]);
    expect(set(["1", "2", "3", "4", "5"], { add: ["6"] })).toEqual(["2", "3", "4", "5", "6"]);
  });

  it("drop what cannot be", () => {
    expect(dropped("text", { add: ["a"] })).toBe(true);
    expect(dropped(["a"], { add: "b" })).toBe(true);
    expect(dropped(undefined, [["nested"]])).toBe(true);
  });
});

describe("nested objects", () => {
  const song = { name: "Solea", play: { count: 1, top: true } };

  it("replace, or merge at every level with _merge_objects", () => {
    expect(set(song, { play: { count: 2 } })).toEqual({ play: { count: 2 } });
    expect(set(song, { play: { count: 2 } }, merging)).toEqual({
      name: "Solea",
      play: { count: 2, top: true },
    });
  });

  it("leave the value that they merge into alone", () => {
    set(song, { play: { count: 2 } }, merging);
    expect(song.play.count).toBe(1);
  });

  it("are dropped whole for one invalid value inside", () => {
    expect(dropped(song, { ok: 1, bad: null })).toBe(true);
    expect(dropped(song, { list: [{ deep: null }] })).toBe(true);
    expect(dropped(song, { born: { $time: "yesterday" } })).toBe(true);
    expect(dropped(song, { born: { $time: "3001-01-01" } })).toBe(true);
    expect(dropped(song, { "with space": 1 })).toBe(true);
    expect(dropped(song, { "a.b": 1 })).toBe(true);
    expect(dropped(song, { $a: 1 })).toBe(true);
  });

  it("take times as $time", () => {
    expect(set(undefined, { born: { $time: "2019-05-04" } })).toEqual({ born: { $time: "2019-05-04" } });
  });

  it("are dropped beyond 100 KB", () => {
    const many = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`key${index}`, "x".repeat(200)]),
    );
    expect(dropped(undefined, many)).toBe(true);
  });

  it("keep a key named __proto__ as a key", () => {
    const next = set({ a: 1 }, JSON.parse('{"__proto__": {"polluted": true}}') as Json, merging);
    expect(JSON.stringify(next)).toBe('{"a":1,"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("arrays of objects", () => {
  const pets = [
    { id: 1, type: "dog", name: "Gus" },
    { id: 2, type: "cat", name: "Gerald" },
  ];

  it("$add appends", () => {
    expect(set(pets, { $add: [{ id: 3 }] })).toEqual([...pets, { id: 3 }]);
    expect(set(undefined, { $add: [{ id: 3 }] })).toEqual([{ id: 3 }]);
  });

  it("$remove takes away all that match", () => {
    expect(set(pets, { $remove: [{ $identifier_key: "type", $identifier_value: "dog" }] })).toEqual([
      pets[1],
    ]);
  });

  it("$update replaces the object, or merges with _merge_objects", () => {
    const update = {
      $update: [{ $identifier_key: "id", $identifier_value: 2, $new_object: { name: "G." } }],
    };
    expect(set(pets, update)).toEqual([pets[0], { name: "G." }]);
    expect(set(pets, update, merging)).toEqual([pets[0], { id: 2, type: "cat", name: "G." }]);
  });

  it("go in the documented order: $add, $remove, $update", () => {
    const upsert = {
      $remove: [{ $identifier_key: "id", $identifier_value: 1 }],
      $add: [{ id: 1, name: "new" }],
    };
    expect(set(pets, upsert)).toEqual([pets[1]]);
  });

  it("drop operators that are incomplete", () => {
    expect(dropped(pets, { $remove: [{ id: 1 }] })).toBe(true);
    expect(dropped(pets, { $update: [{ $identifier_key: "id", $identifier_value: 1 }] })).toBe(true);
    expect(dropped(pets, { $add: [1] })).toBe(true);
    expect(dropped("text", { $add: [{ id: 1 }] })).toBe(true);
  });
});
