/** A million users pass source-braze without piling up in its memory, by S3 and by download link. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { executable } from "../harness";
import { watchPeakMemory } from "../process-usage";
import { plainUser } from "../sandbox";
import { catalogOf, SourceWorld } from "../source-world";

const users = 1_000_000;
const mostMegabytes = 300;
const timeoutMs = 10 * 60_000;

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());

test.each([
  ["S3", () => world.withStorage({}, { logRequests: 10 }), "storageConfig"],
  ["a download link", () => world.withLink({}, { logRequests: 10 }), "linkConfig"],
] as const)(
  `a million users through %s in less than ${mostMegabytes} MB`,
  async (_, makeWorkspace, makeConfig) => {
    const workspace = makeWorkspace();
    const segment = workspace.createSegment({ name: "Everybody", size: users, generate: plainUser });
    const config = world[makeConfig](workspace, [segment], {
      segment_export: { poll_interval_seconds: 1, settle_seconds: 20, timeout_minutes: 9 },
    });
    const { exitCode, records, peakMegabytes } = await readCounting(config);
    expect({ exitCode, records }).toEqual({ exitCode: 0, records: users });
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  },
  timeoutMs,
);

/** Reads without keeping what is printed: so much would be too much for the test itself. */
async function readCounting(
  config: BrazeSourceConfig,
): Promise<{ exitCode: number | null; records: number; peakMegabytes: number }> {
  const directory = await mkdtemp(join(tmpdir(), "source-memory-"));
  const [configPath, catalogPath] = [join(directory, "config.json"), join(directory, "catalog.json")];
  await writeFile(configPath, JSON.stringify(config));
  await writeFile(catalogPath, JSON.stringify(catalogOf()));
  const args = ["read", "--config", configPath, "--catalog", catalogPath];
  const child = spawn(executable("source-braze"), args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: world.temporary },
  });
  const memory = watchPeakMemory(child.pid, 200);
  let records = 0;
  let unfinished = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    const lines = (unfinished + text).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith('{"type":"RECORD"')) records += 1;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const peakMegabytes = memory.stop();
  await rm(directory, { recursive: true });
  return { exitCode, records, peakMegabytes };
}
