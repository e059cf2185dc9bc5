/** Kills source-braze at random moments of a sync, and checks what the host has in the end. */
import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import { type Finished, start } from "./harness";
import { randomFrom } from "./random";
import { Audience } from "./source-audience";
import { brazeIds, type SourceWorld } from "./source-world";

const users = 400;
const usersPerFile = 20;
/** A sync says some 450 lines: every other kill comes before the first file, or after the last. */
const mostLines = 500;

/** What a host keeps of a sync that is killed again and again. */
class Host {
  state: Finished["stateFile"] = [];
  /** Users that a state covers: they must not come again. */
  readonly covered = new Set<unknown>();
  readonly seen = new Set<unknown>();
  readonly comeAgain: unknown[] = [];
  kills = 0;

  take(finished: Finished): void {
    const ids = brazeIds(finished.records());
    for (const id of ids) {
      this.seen.add(id);
      if (this.covered.has(id)) this.comeAgain.push(id);
    }
    for (const id of idsBeforeLastState(finished.messages)) this.covered.add(id);
    if (finished.states.length > 0) this.state = finished.stateFile;
  }

  get isComplete(): boolean {
    return this.state[0]?.stream?.stream_state?.complete === true;
  }
}

function idsBeforeLastState(messages: readonly AirbyteMessage[]): unknown[] {
  const last = messages.findLastIndex(({ type }) => type === "STATE");
  return messages.slice(0, last + 1).flatMap(({ record }) => (record ? [record.data.braze_id] : []));
}

/**
 * Reads segments to their ends, one after the other, killing the process after a random number of lines,
 * until so many kills have happened. Everything that must hold is checked.
 * @returns the number of segments read
 */
export async function killAgainAndAgain(
  world: SourceWorld,
  options: { seed: number; kills: number; incremental: boolean },
): Promise<number> {
  const random = randomFrom(options.seed);
  let kills = 0;
  let segments = 0;
  for (; kills < options.kills; segments += 1) {
    const audience = new Audience(world, users, usersPerFile);
    Object.assign(audience.workspace.exportSettings, { fileIntervalMs: 10, shuffle: true });
    const host = await readOne(world, audience, random, options);
    kills += host.kills;
    if (options.incremental) await expectOnlyChanges(audience, host);
  }
  await world.removeLeftovers();
  return segments;
}

/** Reads one segment to its end, with a kill for every run but those that are quicker. */
async function readOne(
  world: SourceWorld,
  audience: Audience,
  random: () => number,
  { seed, incremental }: { seed: number; incremental: boolean },
): Promise<Host> {
  const { workspace, config, ids } = audience;
  const host = new Host();
  let exportsAtFirstState: number | undefined;
  for (let run = 1; !host.isComplete; run += 1) {
    const lines = 1 + Math.floor(random() * mostLines);
    const reading = world.readOptions(config, { state: host.state, incremental });
    const running = await start("source-braze", "read", reading);
    await running.until(() => running.messages.length >= lines).catch(() => undefined);
    running.process.kill("SIGKILL");
    const finished = await running.finished;
    if (finished.signal === "SIGKILL") host.kills += 1;
    host.take(finished);
    if (host.state.length > 0) exportsAtFirstState ??= workspace.exports.length;
    // Whoever repeats a failure needs to know which run it was.
    const where = { seed, run, lines };
    expect({ ...where, comeAgain: host.comeAgain }).toEqual({ ...where, comeAgain: [] });
    expect({ ...where, errors: finished.errors }).toEqual({ ...where, errors: [] });
    // The line that the kill cut in two is the only one that is no message.
    expect(finished.invalidLines.filter((line) => !line.startsWith("without a newline"))).toEqual([]);
  }
  expect([...host.seen].sort()).toEqual([...ids].sort());
  expect(workspace.exports).toHaveLength(exportsAtFirstState ?? 0);
  return host;
}

/** The index that such a sync left is as good as one that nobody disturbed. */
async function expectOnlyChanges(audience: Audience, host: Host): Promise<void> {
  const [changed = "", gone = ""] = audience.ids;
  audience.change(changed, { first_name: "Changed" });
  audience.remove(gone);
  const next = await audience.syncFrom(host.state);
  // A warning would say why, if there were others: an index that can't be used, an export that is too small.
  expect({ ids: brazeIds(next.records()).sort(), warnings: next.logs("WARN") }).toEqual({
    ids: [changed, gone].sort(),
    warnings: [],
  });
}
