import { DestinationWorlds, reportOf } from "./destination-world";
import { record, silentAfter, state, statesOf, users } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

describe("SIGTERM", () => {
  it("finishes what is in flight, gives back the states that are safe, and ends by the signal", async () => {
    const each = worlds.world(
      { latencyMs: 150 },
      { limits: { objects_per_request: 5, concurrent_requests: 2 } },
    );
    const input = (async function* () {
      for (let index = 0; ; index++) {
        yield record("users", { external_id: `u${index}`, number: index });
        yield state("users", index + 1);
      }
    })();
    const running = await worlds.startWrite(each, input);
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.errors).toEqual([]);
    const last = Number(statesOf(finished).at(-1)?.split(" ")[0]);
    expect(each.workspace.users.count).toBe(each.workspace.accepted.attributes);
    expect(last).toBe(each.workspace.users.count);
    expect(await reportOf(each)).toMatchObject({ status: "stopped", accepted: last });
  });

  it("ends within the grace time although Braze does not answer", async () => {
    const each = worlds.world({}, { limits: { objects_per_request: 1, concurrent_requests: 1 } });
    each.workspace.faults.add({ kind: "delay", delayMs: 12_000, skip: 1, times: Infinity });
    const running = await worlds.startWrite(
      each,
      silentAfter(...users(1), state("users", 1), ...users(3).slice(1), state("users", 2)),
    );
    await running.until(({ state }) => state !== undefined);
    const startedAtMs = Date.now();
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    // Who is not done after ten seconds is ended without a report; the moment more is a busy machine's.
    expect(Date.now() - startedAtMs).toBeLessThan(11_500);
    expect(finished.signal).toBe("SIGTERM");
    expect(statesOf(finished)).toEqual(["1 1+0"]);
    expect(await reportOf(each)).toMatchObject({
      status: "stopped",
      data_points: { received: 3, sent: 1, undelivered: 2 },
    });
  });
});
