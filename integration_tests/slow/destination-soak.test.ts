/** A long sync in a world where everything fails now and then: all is settled, and the memory stays flat. */
import { start } from "../harness";
import { randomOf } from "../kill-model";
import { longInput, recordsPerState } from "../long-input";
import { memoryOf } from "../process-usage";
import { sandboxForAllTests } from "../test-sandbox";
import { catalogOf } from "../write-world";

const records = 2_000_000;
/** Profiles that change again and again: what is remembered of them does not grow. */
const profiles = 100_000;
/** Of every so many profiles Braze refuses one. */
const refusedEvery = 1000;
const warmUp = 0.3;
const maxMegabytes = 500;
const maxGrowth = 1.15;
const seed = Number(process.env.SOAK_SEED ?? 7);

const profile = (index: number): object => ({
  external_id: `user-${index % profiles}`,
  first_name: "Ada",
  plan: "gold",
  round: index,
  active: true,
  city: `Berlin ${index % 97}`,
});

const sandbox = sandboxForAllTests();

test(
  "two million records with failures of all kinds: every one is settled, and memory stays flat",
  async () => {
    const random = randomOf(seed);
    const workspace = sandbox.braze.createWorkspace({ store: false, logRequests: 0 });
    const { faults } = workspace;
    const path = "/users/track";
    const now = (share: number) => ({ path, times: Number.POSITIVE_INFINITY, when: () => random() < share });
    faults.add({ kind: "status", status: 500, ...now(0.001) });
    faults.add({ kind: "status", status: 503, ...now(0.001) });
    faults.add({ kind: "drop_before", ...now(0.0005) });
    faults.add({ kind: "drop_after", ...now(0.0005) });
    faults.add({ kind: "half_response", ...now(0.0003) });
    faults.add({ kind: "rate_limited", retryAfterSeconds: 1, ...now(0.0003) });
    faults.rejectObject(({ external_id }) =>
      Number(String(external_id).slice("user-".length)) % refusedEvery === 1 ? "refused" : null,
    );
    for (let skip = 20; skip < 20_000; skip += 40) {
      sandbox.storages.s3.faults.add({ kind: "error", code: "SlowDown", status: 503, skip });
    }
    const config = {
      url: sandbox.braze.url,
      api_key: workspace.apiKey,
      object_storage_config: await sandbox.storages.create("S3"),
      limits: { requests_per_3_seconds: 1_000_000 },
    };
    const running = await start("destination-braze", "write", {
      config,
      catalog: catalogOf({ name: "users", columns: ["external_id"] }),
      input: longInput("users", records, profile),
    });
    const samples: { done: number; megabytes: number }[] = [];
    const states = records / recordsPerState;
    const sampling = setInterval(async () => {
      const memory = await memoryOf(running.process.pid);
      const done = running.messages.filter(({ type }) => type === "STATE").length / states;
      if (memory) samples.push({ done, megabytes: memory.residentMegabytes });
    }, 500);
    const finished = await running.finished;
    clearInterval(sampling);

    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    const count = { accepted: 0, rejected: 0 };
    for (const { destinationStats } of finished.states) {
      count.accepted += destinationStats?.recordCount ?? 0;
      count.rejected += destinationStats?.rejectedRecordCount ?? 0;
    }
    expect(count).toEqual({
      accepted: records - records / refusedEvery,
      rejected: records / refusedEvery,
    });
    const peak = (from: number, to: number): number =>
      Math.max(...samples.flatMap(({ done, megabytes }) => (done >= from && done < to ? [megabytes] : [])));
    const [warm, later] = [peak(0, warmUp), peak(warmUp, 1)];
    process.stdout.write(
      `Resident: ${warm.toFixed(0)} MB at most up to ${warmUp * 100} %, then ${later.toFixed(0)} MB.\n`,
    );
    expect(later).toBeLessThan(maxMegabytes);
    expect(later).toBeLessThan(warm * maxGrowth);
  },
  10 * 60_000,
);
