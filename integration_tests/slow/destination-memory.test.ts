import { start } from "../harness";
import { watchPeakMemory } from "../peak-memory";
import { plainUser, startBraze } from "../sandbox";

const records = 1_000_000;
const recordsPerState = 10_000;
const maxResidentMegabytes = 300;

const catalog = {
  streams: [
    {
      stream: {
        name: "segment_users",
        json_schema: { type: "object", properties: { external_id: {} } },
        supported_sync_modes: ["full_refresh"],
      },
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
    },
  ],
};

/** Messages in pieces as large as a host's pipe likes them. */
function* input(): Generator<string> {
  let piece = "";
  for (let index = 0; index < records; index++) {
    const data = JSON.stringify(plainUser(index));
    piece += `{"type":"RECORD","record":{"stream":"segment_users","data":${data},"emitted_at":1}}\n`;
    if ((index + 1) % recordsPerState === 0) {
      piece += `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"segment_users"},"stream_state":{"position":${index + 1}}}}}\n`;
    }
    if (piece.length < 1 << 16 && index + 1 < records) continue;
    yield piece;
    piece = "";
  }
}

test(
  "a million records pass through the destination in bounded memory",
  async () => {
    const braze = await startBraze();
    const workspace = braze.createWorkspace({ store: false, logRequests: 0 });
    const config = { url: braze.url, api_key: workspace.apiKey };
    const running = await start("destination-braze", "write", { config, catalog, input: input() });
    const memory = watchPeakMemory(running.process.pid, 100);
    const finished = await running.finished;
    const peak = memory.stop();
    await braze.close();

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
