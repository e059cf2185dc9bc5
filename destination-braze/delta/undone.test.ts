import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { bodyOf, objectNamed, objectOptions, outgoingTo } from "../testing/objects";
import { profileMemory } from "../testing/updates";
import { DeltaIndex } from "./delta-index";
import { forgottenFolder } from "./divisions";
import { IndexesElsewhere } from "./indexes-elsewhere";
import { allParts, partitionOf } from "./partition";
import { Undone, undoneBy } from "./undone";

const device = { alias_label: "device", alias_name: "n" };
const person = (id: string): string => `external_id:${id}`;
const alias = (name: string): string => `user_alias:["device","${name}"]`;

describe("undoneBy", () => {
  it.each<[string, object, string[]]>([
    ["delete_users", { external_id: "a" }, [person("a")]],
    [
      "merge_users",
      { identifier_to_merge: { external_id: "a" }, identifier_to_keep: { external_id: "b" } },
      [person("a"), person("b")],
    ],
    ["identify_users", { user_alias: device, external_id: "b" }, [alias("n"), person("b")]],
    ["rename_external_ids", { current_external_id: "a", new_external_id: "b" }, [person("a"), person("b")]],
    [
      "user_aliases",
      { alias_label: "device", old_alias_name: "n", new_alias_name: "m" },
      [alias("n"), alias("m")],
    ],
    // Whoever has the alias already keeps it.
    ["user_aliases", { ...device, external_id: "b" }, []],
    ["users", { external_id: "a", x: 1 }, []],
    ["events", { external_id: "a", name: "e", time: "2026-01-01T00:00:00Z" }, []],
  ])("%s %j", (name, record, identities) => {
    const objects = outgoingTo(objectNamed(name), [record as never], objectOptions());
    expect(bodyOf(objects)).toBeDefined();
    expect(objects.flatMap(undoneBy)).toEqual(identities);
  });

  it.each([
    ["soft_delete", ["catalog_item:places/1"]],
    ["overwrite", ["catalog_item:places/1"]],
    ["append", []],
    ["update", []],
  ] as const)("items in the mode %s", (mode, identities) => {
    const object = objectNamed("catalog_items/places").forMode?.(mode);
    expect(object && outgoingTo(object, [{ id: 1, city: "x" }]).flatMap(undoneBy)).toEqual(identities);
  });
});

/** The storage that syncs share, and the indexes that one of them has open. */
class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();
  private runs = 0;

  /** @param parts those of a shard */
  async open(stream: string, parts = allParts): Promise<DeltaIndex> {
    const { log } = this.output.output;
    this.runs += 1;
    const folder = `_braze/${stream}/`;
    const notes = parts === allParts ? `${folder}index/` : `${folder}shards/x/index/`;
    const own = { parts, notes, byOthers: forgottenFolder(folder) };
    const run = `run${this.runs}`;
    const index = new DeltaIndex(this.storage, `${folder}index/`, partitionOf, log, false, run, own);
    await index.open(false);
    await index.noteLeft([], true);
    return index;
  }

  /** Whether a stream would send somebody again, whom it has to have sent before. */
  async forgot(index: DeltaIndex, identity: string): Promise<boolean> {
    await index.prepare(identity);
    return index.delta(identity, profileMemory, { x: 1 }, "changed_attributes").kind === "changed";
  }

  async know(stream: string, ...identities: string[]): Promise<void> {
    const index = await this.open(stream);
    for (const identity of identities) {
      await index.prepare(identity);
      const delta = index.delta(identity, profileMemory, { x: 1 }, "changed_attributes");
      if (delta.kind === "changed") index.remember(identity, delta.change);
    }
    await index.store();
  }

  undone(indexes: ReadonlyMap<string, DeltaIndex>): Undone {
    const here = new Set([...indexes.keys()].map((stream) => `_braze/${stream}/`));
    const elsewhere = new IndexesElsewhere(this.storage, here, "run0");
    return new Undone(indexes, (stream, kind) => (kind === "items") === (stream === "places"), elsewhere);
  }

  notes(): string[] {
    return [...this.storage.objects.keys()].filter((key) => /\/(changed|forgotten)\//.test(key));
  }

  get warnings(): string[] {
    return this.output.messages().flatMap(({ log }) => (log?.level === "WARN" ? [log.message] : []));
  }
}

describe("those whom Braze does not have any more", () => {
  const [a, b] = [person("a"), person("b")];

  it("are forgotten by all streams of the sync, whether their part was read or not", async () => {
    const world = new World();
    await world.know("users", a, b);
    await world.know("others", a, b);
    const [users, others] = [await world.open("users"), await world.open("others")];
    await users.prepare(a);
    const indexes = new Map([
      ["users", users],
      ["others", others],
    ]);
    world.undone(indexes).forget([a]);
    for (const index of indexes.values()) {
      expect(await world.forgot(index, a)).toBe(true);
      expect(await world.forgot(index, b)).toBe(false);
      await index.store();
    }
    expect(await world.forgot(await world.open("others"), a)).toBe(true);
  });

  it("are forgotten after a crash, and by streams of other syncs", async () => {
    const world = new World();
    await world.know("users", a, b);
    await world.know("others", a, b);
    const users = await world.open("users");
    await world.undone(new Map([["users", users]])).note([a]);
    expect(world.notes().map((key) => key.replace(/\d{8}/, "N"))).toEqual([
      "_braze/users/index/changed/run3-N.bin",
      "_braze/others/forgotten/run0-N.bin",
    ]);
    for (const stream of ["users", "others"]) {
      const index = await world.open(stream);
      expect(await world.forgot(index, a)).toBe(true);
      expect(await world.forgot(index, b)).toBe(false);
      await index.store();
      expect(await world.forgot(await world.open(stream), a)).toBe(true);
    }
    expect(world.notes()).toEqual([]);
    // Only the one that was cut off says so.
    expect(world.warnings).toHaveLength(1);
  });

  it("are forgotten by a sync of another stream that had its index open meanwhile, the next time", async () => {
    const world = new World();
    await world.know("others", a);
    const open = await world.open("others");
    await world.undone(new Map()).note([a]);
    await open.prepare(a);
    await open.store();
    expect(await world.forgot(await world.open("others"), a)).toBe(true);
  });

  it("are forgotten by all shards of a stream: none of them takes the note from the others", async () => {
    const world = new World();
    await world.know("others", a);
    await world.undone(new Map()).note([a]);
    const own = partitionOf(a);
    const foreign = await world.open(
      "others",
      allParts.filter((part) => part !== own),
    );
    await foreign.store();
    const shard = await world.open("others", [own]);
    expect(await world.forgot(shard, a)).toBe(true);
    await shard.store();
    expect(await world.forgot(await world.open("others"), a)).toBe(true);
    expect(world.notes()).toHaveLength(1);
    await (await world.open("others")).store();
    expect(world.notes()).toEqual([]);
  });

  it("concern streams of their kind alone: items are not looked for among people", async () => {
    const world = new World();
    await world.know("others", a);
    const indexes = new Map([
      ["users", await world.open("users")],
      ["places", await world.open("places")],
    ]);
    await world.undone(indexes).note(["catalog_item:places/1"]);
    expect(world.notes()).toEqual([expect.stringContaining("_braze/places/")]);
    await world.undone(indexes).note([a]);
    expect(world.notes().map((key) => key.split("/")[1])).toEqual(["places", "users", "others"]);
  });
});
