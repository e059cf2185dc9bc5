/**
 * `npm run demo`: 20,000 profiles travel from one Braze workspace to another, through S3 and the two
 * real executables. Braze and S3 are the local sandbox; nothing leaves this machine.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, check, discover, pipe } from "./connectors";
import { collectRejected, type SyncReport } from "./rejected";
import { type SyncOutcome, summary } from "./summary";
import { Progress, print, title } from "./terminal";
import { openWorld, type World } from "./world";

const users = 20_000;
/** In the second sync so many users have changed since the first. */
const changedUsers = 500;

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "braze-demo-"));
  const world = await openWorld(users);
  try {
    title(`Two Braze workspaces and an S3 bucket, on this machine only (${world.braze.url})`);
    print(`Production has ${users.toLocaleString("en")} users; Staging has none yet.`);

    title("source-braze check, destination-braze check");
    await check("source-braze", folder, world.sourceConfig);
    await check("destination-braze", folder, world.destinationConfig);

    title("source-braze discover");
    const catalog = await discover(folder, world.sourceConfig);
    print(describe(catalog));

    title("source-braze read | destination-braze write");
    const first = await sync(world, folder, catalog, 1);

    title(`The same again, after ${changedUsers} users have changed`);
    world.change(changedUsers);
    const second = await sync(world, folder, catalog, 2);

    title("What happened");
    print(summary([first, second], world.staging.users.count));
    print(`Rejected records: ${first.rejectedAt} (copied to ${first.keptAt})`);
    print(`The reports as pages: ${first.pageAt}, ${second.pageAt}`);
    verify(first.report, second.report);
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(catalog: Catalog): string {
  return catalog.streams
    .map(({ stream }) => {
      const columns = Object.keys(stream.json_schema.properties ?? {});
      return `${stream.name}: ${columns.length} columns (${columns.slice(0, 6).join(", ")}, …)`;
    })
    .join("\n");
}

/** One sync through both executables, and what it left behind. */
async function sync(world: World, folder: string, catalog: Catalog, syncId: number): Promise<SyncOutcome> {
  const before = world.staging.accepted.attributes;
  const progress = new Progress(users, () => world.staging.accepted.attributes - before);
  const startedAtMs = Date.now();
  await pipe(folder, world.sourceConfig, world.destinationConfig, catalog, syncId).finally(() =>
    progress.end(),
  );
  const tookMs = Date.now() - startedAtMs;
  const keepIn = join(tmpdir(), "braze-connectors-demo");
  await mkdir(keepIn, { recursive: true });
  const outcome = await collectRejected(world.destinationStorage, syncId, keepIn);
  return { ...outcome, tookMs, rejectedAt: `${world.destinationStorage.location}/${syncId}/rejected/` };
}

/** The demo is a promise about the product: it must not look good when the numbers are not. */
function verify(first: SyncReport, second: SyncReport): void {
  for (const report of [first, second]) {
    if (report.received !== users || report.accepted + report.rejected !== users) {
      throw new Error(
        `Of ${users} users ${report.received} arrived, ${report.accepted} were accepted, ${report.rejected} rejected.`,
      );
    }
  }
  // What was refused is not remembered as sent, so it is tried again.
  const expected = changedUsers + first.rejected;
  if (second.objects > expected)
    throw new Error(`${second.objects} objects were sent again, not ${expected}.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
