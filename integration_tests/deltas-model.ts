/** Random syncs with random failures, and what must be true of Braze after them. */

import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import fc from "fast-check";
import { attributesOf, DeltaWorld, record, state } from "./deltas-world";
import type { Fault, SandboxBraze } from "./sandbox";

interface Change {
  user: number;
  attributes: JsonObject;
  /** Braze refuses the object. */
  refused: boolean;
}

interface Sync {
  send: "changed_attributes" | "changed_profiles" | "everything";
  changes: Change[];
}

/** A failure of one of the syncs; those that leave open whether Braze has something are "harsh". */
type Failure =
  | { kind: "harsh"; fault: "drop_after" | "half_response" }
  /** Kills the process with its n-th request. */
  | { kind: "kill"; request: number; signal: "SIGKILL" | "SIGTERM" }
  | { kind: "mild"; fault: "drop_before" | "unavailable" };

export interface History {
  syncs: (Sync & { failures: Failure[] })[];
}

const users = 6;
const recordsPerState = 7;
const maxAttempts = 6;

const scalar = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.boolean(), fc.constantFrom("x", "y"));
const list = fc.uniqueArray(fc.constantFrom("p", "q", "r"), { maxLength: 3 });
const settable = {
  a: fc.oneof(scalar, fc.constant(null)),
  b: fc.oneof(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), scalar),
  n: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(null)),
  t: fc.oneof(list, fc.constant(null)),
};
const operable = {
  ...settable,
  n: fc.oneof(settable.n, fc.record({ inc: fc.integer({ min: 1, max: 2 }) })),
  t: fc.oneof(settable.t, fc.record({ add: list }), fc.record({ remove: list })),
};

const changesOf = (attributes: typeof settable | typeof operable): fc.Arbitrary<Change[]> =>
  fc.array(
    fc.record({
      user: fc.nat(users - 1),
      attributes: fc
        .record(attributes, { requiredKeys: [] })
        .map((values): JsonObject => values as JsonObject),
      refused: fc.oneof(
        { weight: 9, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
    { minLength: 1, maxLength: 40 },
  );

const send = fc.oneof(
  { weight: 4, arbitrary: fc.constant("changed_attributes" as const) },
  { weight: 1, arbitrary: fc.constantFrom("changed_profiles" as const, "everything" as const) },
);
const mild: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constant("mild" as const),
  fault: fc.constantFrom("drop_before" as const, "unavailable" as const),
});
const harsh: fc.Arbitrary<Failure> = fc.oneof(
  fc.record({
    kind: fc.constant("harsh" as const),
    fault: fc.constantFrom("drop_after" as const, "half_response" as const),
  }),
  fc.record({
    kind: fc.constant("kill" as const),
    request: fc.integer({ min: 1, max: 4 }),
    signal: fc.constantFrom("SIGKILL" as const, "SIGKILL" as const, "SIGTERM" as const),
  }),
);

const historyOf = (attributes: typeof settable | typeof operable, failure: fc.Arbitrary<Failure>) =>
  fc.record({
    syncs: fc.array(
      fc.record({ send, changes: changesOf(attributes), failures: fc.array(failure, { maxLength: 2 }) }),
      { minLength: 2, maxLength: 4 },
    ),
  });

/** Operations only where every request has an answer: Braze has nothing to tell a repetition by. */
export const history: fc.Arbitrary<History> = fc.oneof(
  historyOf(operable, mild),
  historyOf(settable, fc.oneof(mild, harsh)),
);

/** Lets the syncs happen as a host would: what has no state is sent again until it has one. */
export async function checkAgainstModel(
  { syncs }: History,
  braze: SandboxBraze,
  storage: StorageConfig,
): Promise<void> {
  let onRequest: () => void = () => undefined;
  const latencyMs = (): number => {
    onRequest();
    return 3;
  };
  const world = new DeltaWorld(braze, storage, { latencyMs, logRequests: 100_000 });
  world.workspace.faults.rejectObject((object) => (object.refused === true ? "refused" : null));
  const model = new Map<string, JsonObject>();
  const thrifty = syncs.every(
    (sync) => sync.send === "changed_attributes" && sync.failures.every(({ kind }) => kind === "mild"),
  );

  for (const { send, changes, failures } of syncs) {
    for (const change of changes) apply(model, change);
    let safe = 0;
    let kill: (Failure & { kind: "kill" }) | undefined;
    for (const failure of failures) {
      if (failure.kind === "kill") kill = failure;
      else world.workspace.faults.add({ ...faultOf(failure.fault), path: "/users/track" });
    }
    for (let attempt = 1; safe < changes.length; attempt++) {
      if (attempt > maxAttempts)
        throw new Error(`The sync did not succeed: ${world.finished.at(-1)?.stdout}`);
      const config = { send, null_values: "clear", limits: { objects_per_request: 3 } };
      const running = await world.start(linesOf(changes, safe), { config });
      let requests = 0;
      const planned = kill;
      onRequest = () => {
        requests += 1;
        if (planned && requests === planned.request) running.process.kill(planned.signal);
      };
      const finished = await running.finished;
      kill = undefined;
      for (const { stream } of finished.states) {
        safe = (stream?.stream_state as { position: number } | undefined)?.position ?? safe;
      }
    }
  }
  expect(world.workspace.overlaps).toEqual([]);
  for (let number = 0; number < users; number++) {
    const id = `u${number}`;
    expect([id, comparable(world.attributesOf(id) ?? {})]).toEqual([id, comparable(model.get(id) ?? {})]);
  }
  if (thrifty) expectNothingNeedless(world);
}

function* linesOf(changes: readonly Change[], from: number): Generator<string> {
  for (let index = from; index < changes.length; index++) {
    const { user, attributes, refused } = changes[index] as Change;
    yield record({ external_id: `u${user}`, ...attributes, ...(refused ? { refused } : {}) });
    if ((index + 1) % recordsPerState === 0 || index === changes.length - 1) yield state(index + 1);
  }
}

function faultOf(kind: (Failure & { kind: "harsh" | "mild" })["fault"]): Fault {
  return kind === "unavailable" ? { kind: "status", status: 503 } : { kind };
}

function apply(model: Map<string, JsonObject>, { user, attributes, refused }: Change): void {
  if (refused) return;
  const profile = model.get(`u${user}`) ?? {};
  model.set(`u${user}`, profile);
  for (const [name, value] of Object.entries(attributes)) {
    const next = valueAfter(profile[name], value);
    if (next === undefined) delete profile[name];
    else setOwn(profile, name, next);
  }
}

/** What Braze makes of a value; undefined for none. */
function valueAfter(before: Json | undefined, value: Json): Json | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) return value;
  if (typeof value.inc === "number") return (typeof before === "number" ? before : 0) + value.inc;
  const elements = Array.isArray(before) ? before : undefined;
  if (Array.isArray(value.add)) {
    return value.add.length === 0 ? elements : [...new Set([...(elements ?? []), ...value.add])];
  }
  if (Array.isArray(value.remove)) {
    const { remove } = value;
    return elements?.filter((element) => !remove.includes(element));
  }
  return value;
}

/** Arrays are sets. An empty one is like none: `add` and `remove` merged may leave out making it. */
const comparable = (attributes: JsonObject): JsonObject => {
  const kept = Object.entries(attributes).filter(
    ([, value]) => !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  );
};

/** No attribute was sent with the value that Braze had already been given. */
function expectNothingNeedless(world: DeltaWorld): void {
  const given = new Map<string, string>();
  for (const object of attributesOf(world.requests.filter(({ status }) => status === 201))) {
    const { external_id, refused, ...attributes } = object;
    if (refused === true) continue;
    for (const [name, value] of Object.entries(attributes)) {
      const key = `${external_id} ${name}`;
      const isOperation = isObject(value) && ("inc" in value || "add" in value || "remove" in value);
      const text = JSON.stringify(comparable({ value }));
      if (!isOperation && given.get(key) === text) throw new Error(`Braze had ${key} ${text} already`);
      if (isOperation) given.delete(key);
      else given.set(key, text);
    }
  }
}
