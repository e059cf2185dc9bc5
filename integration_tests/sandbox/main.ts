import { parseArgs } from "node:util";
import {
  awkwardUser,
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  seedContent,
  startBraze,
  startS3,
  storageConfigOf,
  type Workspace,
} from "./index";

const HELP = `npm run sandbox -- [options]

Starts a local Braze and a local S3 on 127.0.0.1 until Ctrl-C, with users to play with, and prints
configurations for both connectors.

  --port N      port of the local Braze (default: a free one)
  --s3-port N   port of the local S3 (default: a free one)
  --users N     users in each workspace (default 300)
  --json        print one line of JSON instead of text, for scripts
  --help        this text
`;

interface Options {
  port: number;
  s3Port: number;
  users: number;
  json: boolean;
}

/** What was started, in the words of the connectors' configurations. */
interface Started {
  braze_url: string;
  admin_url: string;
  s3: { endpoint: string; region: string; access_key_id: string; secret_access_key: string; bucket: string };
  workspaces: { name: string; api_key: string; segments: { id: string; name: string; size: number }[] }[];
  configs: Record<"source_s3" | "source_link" | "destination", object>;
}

const BUCKET = "sandbox";
const EXPORT_PATH = "braze-exports";

async function main(): Promise<void> {
  const options = parsedOptions(process.argv.slice(2));
  const [braze, s3] = await Promise.all([
    startBraze({ port: options.port }),
    startS3({ port: options.s3Port }),
  ]);
  const started = await furnish(braze, s3, options.users);
  process.stdout.write(options.json ? `${JSON.stringify(started)}\n` : described(started));

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    Promise.all([braze.close(), s3.close()]).then(
      () => process.exit(0),
      (error: unknown) => fail(String(error)),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function parsedOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: "string", default: "0" },
        "s3-port": { type: "string", default: "0" },
        users: { type: "string", default: "300" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return {
      port: wholeNumber("--port", values.port),
      s3Port: wholeNumber("--s3-port", values["s3-port"]),
      users: wholeNumber("--users", values.users),
      json: values.json,
    };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), 2);
  }
}

function wholeNumber(flag: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${flag} takes a whole number, not "${value}"`);
  return Number(value);
}

function fail(message: string, exitCode = 1): never {
  process.stderr.write(`sandbox: ${message}\n`);
  process.exit(exitCode);
}

async function furnish(braze: SandboxBraze, s3: SandboxS3, users: number): Promise<Started> {
  await s3.createBucket(BUCKET);
  // An export takes a moment in real life, too: watching it arrive is part of the show.
  const shop = braze.createWorkspace({
    name: "shop",
    storage: exportsInto(s3, BUCKET, EXPORT_PATH),
    exports: { delayMs: 2000, usersPerFile: 100 },
  });
  const club = braze.createWorkspace({ name: "club", exports: { delayMs: 2000, usersPerFile: 100 } });
  for (const [offset, workspace] of [shop, club].entries()) populate(workspace, users, offset * users);

  const bucket = storageConfigOf(s3, BUCKET);
  const reading = (workspace: Workspace) => ({
    url: braze.url,
    api_key: workspace.apiKey,
    segment_ids: workspace.segments.filter(({ name }) => name !== "Nobody").map(({ id }) => id),
    segment_export: { poll_interval_seconds: 1, settle_seconds: 3 },
  });
  return {
    braze_url: braze.url,
    admin_url: `${braze.url}/_sandbox/workspaces`,
    s3: {
      endpoint: s3.endpoint,
      region: s3.region,
      access_key_id: s3.accessKeyId,
      secret_access_key: s3.secretAccessKey,
      bucket: BUCKET,
    },
    workspaces: [shop, club].map((workspace) => ({
      name: workspace.name,
      api_key: workspace.apiKey,
      segments: workspace.segments.map(({ id, name, reportedSize }) => ({ id, name, size: reportedSize() })),
    })),
    configs: {
      source_s3: { ...reading(shop), object_storage_config: { ...bucket, bucket_path: EXPORT_PATH } },
      source_link: { ...reading(club), object_storage_config: { storage_type: "None" } },
      destination: {
        url: braze.url,
        api_key: club.apiKey,
        object_storage_config: { ...bucket, bucket_path: "airbyte" },
      },
    },
  };
}

function populate(workspace: Workspace, users: number, offset: number): void {
  workspace.users.seed(Array.from({ length: users }, (_, index) => awkwardUser(offset + index)));
  workspace.createSegment({ name: "All users" });
  workspace.createSegment({ name: "Members", filter: (user) => user.custom_attributes.is_member === true });
  workspace.createSegment({ name: "Nobody", filter: () => false });
  workspace.createCampaign({ name: "Welcome", tags: ["onboarding"] });
  workspace.createCampaign({ name: "Order confirmation", isApiCampaign: true });
  workspace.createCanvas({ name: "Win back" });
  workspace.createCanvas({ name: "Onboarding", scheduleType: "api_triggered" });
  seedContent(workspace);
}

function described({ braze_url, admin_url, s3, workspaces, configs }: Started): string {
  const block = (title: string, config: object) => `\n# ${title}\n${JSON.stringify(config, null, 2)}\n`;
  const lines = [
    "The sandbox is running. Ctrl-C stops it and removes everything.",
    "",
    `Braze  ${braze_url}`,
    `S3     ${s3.endpoint}  bucket ${s3.bucket}, path style`,
    `Admin  ${admin_url}  (no key needed; what else there is: integration_tests/sandbox/braze/admin.ts)`,
  ];
  for (const { name, api_key, segments } of workspaces) {
    lines.push("", `Workspace ${name}, key ${api_key}`);
    for (const segment of segments)
      lines.push(`  segment ${segment.id}  ${segment.name}, ${segment.size} users`);
  }
  return [
    `${lines.join("\n")}\n`,
    block("source-braze, exports through S3 (workspace shop)", configs.source_s3),
    block("source-braze, exports through the download link (workspace club)", configs.source_link),
    block("destination-braze (into workspace club)", configs.destination),
  ].join("");
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
