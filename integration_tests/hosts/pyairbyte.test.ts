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
import { pyairbyteFolder } from "./pyairbyte-environment";
import { NO_PYTHON, PYTHON } from "./setup";
import { HostWorld } from "./world";

const names = readdirSync(pyairbyteFolder)
  .filter((file) => /^test_.*\.py$/.test(file))
  .flatMap((file) =>
    Array.from(readFileSync(join(pyairbyteFolder, file), "utf8").matchAll(/^def (test_\w+)/gm)),
  )
  .map(([, name = ""]) => name);

const minutes = 60_000;

const python = process.env[PYTHON];
(python === undefined ? describe.skip : describe)(`PyAirbyte ${process.env[NO_PYTHON] ?? ""}`, () => {
  let folder: string;
  let world: HostWorld;
  let reports: Record<string, { outcome: string; details: string }>;
  let output: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pyairbyte-test-"));
    world = await HostWorld.start();
    const told = join(folder, "world.json");
    const report = join(folder, "report.json");
    const executables = {
      source_executable: executable("source-braze"),
      destination_executable: executable("destination-braze"),
    };
    await writeFile(told, JSON.stringify({ ...world.told, ...executables }));
    output = await runPytest({ HOSTS_WORLD: told, HOSTS_REPORT: report });
    reports = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
  }, 5 * minutes);

  afterAll(async () => {
    await world?.close();
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
