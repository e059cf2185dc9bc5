/**
 * Both connectors under PyAirbyte. The tests are in Python (pyairbyte/): this file starts the local Braze
 * and S3, runs them, and shows each as a test of its own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable } from "../harness";
import { awkwardUser, type SandboxBraze, type SandboxS3, seedContent, startBraze, startS3 } from "../sandbox";
import { pyairbyteFolder } from "./pyairbyte-environment";
import { NO_PYTHON, PYTHON } from "./setup";

const names = readdirSync(pyairbyteFolder)
  .filter((file) => /^test_.*\.py$/.test(file))
  .flatMap((file) =>
    Array.from(readFileSync(join(pyairbyteFolder, file), "utf8").matchAll(/^def (test_\w+)/gm)),
  )
  .map(([, name = ""]) => name);

const bucket = "hosts";
const users = 60;
const minutes = 60_000;

const python = process.env[PYTHON];
(python === undefined ? describe.skip : describe)(`PyAirbyte ${process.env[NO_PYTHON] ?? ""}`, () => {
  let folder: string;
  let braze: SandboxBraze;
  let s3: SandboxS3;
  let reports: Record<string, { outcome: string; details: string }>;
  let output: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pyairbyte-test-"));
    [braze, s3] = await Promise.all([startBraze(), startS3()]);
    await s3.createBucket(bucket);
    const world = join(folder, "world.json");
    const report = join(folder, "report.json");
    await writeFile(world, JSON.stringify(furnish(braze, s3)));
    output = await runPytest({ HOSTS_WORLD: world, HOSTS_REPORT: report });
    reports = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
  }, 5 * minutes);

  afterAll(async () => {
    await Promise.all([braze?.close(), s3?.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** @returns what it printed */
  async function runPytest(env: Record<string, string>): Promise<string> {
    const home = join(folder, "home");
    await mkdir(home);
    const child = spawn(
      python ?? "",
      ["-m", "pytest", "-q", "--basetemp", join(folder, "tests"), pyairbyteFolder],
      {
        // PyAirbyte leaves caches and logs in the folder that it runs in.
        cwd: home,
        env: {
          ...process.env,
          ...env,
          ...{ HOME: home, AIRBYTE_LOGGING_ROOT: join(folder, "logs"), PYTHONDONTWRITEBYTECODE: "1" },
          ...{ DO_NOT_TRACK: "1", AIRBYTE_DO_NOT_TRACK: "1", AIRBYTE_OFFLINE_MODE: "1" },
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    }
    await once(child, "close");
    return printed;
  }

  test.each(names)("%s", (name) => {
    const { outcome, details } = reports[name] ?? { outcome: "did not run", details: output };
    if (outcome !== "passed") throw new Error(`${outcome}\n${details}`);
  });
});

/** What the Python tests know: see world.py. */
function furnish(braze: SandboxBraze, s3: SandboxS3): object {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const place = { endpoint, region, bucket };
  const shop = braze.createWorkspace({
    name: "shop",
    storage: { kind: "s3", ...place, accessKeyId, secretAccessKey, rootPath: "braze" },
  });
  shop.users.seed(Array.from({ length: users }, (_, index) => awkwardUser(index)));
  seedContent(shop);
  return {
    source_executable: executable("source-braze"),
    destination_executable: executable("destination-braze"),
    braze_url: braze.url,
    s3: { ...place, access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    shop: { name: shop.name, api_key: shop.apiKey },
    shop_segment: shop.createSegment({ name: "All users" }).id,
  };
}
