import { start } from "../harness";
import { longInput } from "../long-input";
import { watchPeakMemory } from "../process-usage";
import { plainUser } from "../sandbox";
import { sandboxForAllTests } from "../test-sandbox";
import { catalogOf } from "../write-world";

const records = 1_000_000;
const maxResidentMegabytes = 300;

const sandbox = sandboxForAllTests();

test(
  "a million records pass through the destination in bounded memory",
  async () => {
    const workspace = sandbox.braze.createWorkspace({ store: false, logRequests: 0 });
    const config = { url: sandbox.braze.url, api_key: workspace.apiKey };
    const running = await start("destination-braze", "write", {
      config,
      catalog: catalogOf({ name: "segment_users", columns: ["external_id"] }),
      input: longInput("segment_users", records, plainUser),
    });
    const memory = watchPeakMemory(running.process.pid, 100);
    const finished = await running.finished;
    const peak = memory.stop();

    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    expect(workspace.accepted.attributes).toBe(records);
    expect(workspace.stats.total).toBe(Math.ceil(records / 75));
    expect(workspace.overlaps).toEqual([]);
    const counted = finished.states.reduce(
      (sum, state) => sum + (state.destinationStats?.recordCount ?? 0),
      0,
    );
    expect(counted).toBe(records);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(maxResidentMegabytes);
    process.stdout.write(`Peak memory of the destination: ${peak.toFixed(0)} MB.\n`);
  },
  10 * 60_000,
);
