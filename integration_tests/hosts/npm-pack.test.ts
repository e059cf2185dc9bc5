/** The npm packages of both connectors: what is in them, and that they work where nothing else is. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version } from "../../package.json";
import type { Connector } from "../harness";
import { HostWorld } from "./world";

const execute = promisify(execFile);
const repository = join(__dirname, "..", "..");
const connectors: Connector[] = ["source-braze", "destination-braze"];
const maxBytes = 500_000;
const minutes = 60_000;

/** What `npm pack --json` tells of a package. */
interface Packed {
  filename: string;
  version: string;
  size: number;
  files: { path: string; mode: number }[];
}

let folder: string;
let world: HostWorld;
const packed = new Map<Connector, Packed>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "npm-pack-test-"));
  world = await HostWorld.start();
  for (const connector of connectors) packed.set(connector, await packAndInstall(connector));
}, 5 * minutes);

afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Packs a connector and installs the package, as its users do, into a folder of its own. */
async function packAndInstall(connector: Connector): Promise<Packed> {
  const pack = ["pack", "--json", "--ignore-scripts", "--workspace", connector, "--pack-destination", folder];
  const { stdout } = await execute("npm", pack, { cwd: repository });
  const told = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const [only] = Object.values(told);
  if (!only) throw new Error(`npm pack made nothing of ${connector}.`);
  const home = join(folder, connector);
  await mkdir(home);
  await writeFile(join(home, "package.json"), '{ "private": true }');
  const install = ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline"];
  await execute("npm", [...install, join(folder, only.filename)], { cwd: home });
  return only;
}

/** Runs an installed connector with files of its own, and nothing of this environment but where programs are. */
async function runInstalled(
  connector: Connector,
  args: readonly string[],
  files: Record<string, object> = {},
  input = "",
): Promise<string> {
  const home = join(folder, connector);
  for (const [name, content] of Object.entries(files))
    await writeFile(join(home, name), JSON.stringify(content));
  const env = { PATH: process.env.PATH, HOME: home };
  const promise = execute(join(home, "node_modules", ".bin", connector), args, { cwd: home, env });
  promise.child.stdin?.end(input);
  const { stdout, stderr } = await promise;
  expect(stderr).toBe("");
  return stdout;
}

const catalogOf = (name: string, ...columns: string[]) => ({
  streams: [
    {
      stream: {
        name,
        json_schema: { properties: Object.fromEntries(columns.map((column) => [column, {}])) },
        supported_sync_modes: ["full_refresh"],
      },
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
    },
  ],
});

describe.each(connectors)("%s", (connector) => {
  test("holds what is needed, and nothing else", () => {
    const { files, size, version: said } = packed.get(connector) as Packed;
    expect(files.map(({ path }) => path).sort()).toEqual(
      ["LICENSE", "README.md", `bin/${connector}`, "dist/main.js", "package.json"].sort(),
    );
    expect(files.find(({ path }) => path.startsWith("bin/"))?.mode.toString(8)).toMatch(/755$/);
    expect(size).toBeLessThan(maxBytes);
    expect(said).toBe(version);
  });

  test("declares the packages that its bundle asks for, and no others", async () => {
    const bundle = await readFile(join(repository, connector, "dist", "main.js"), "utf8");
    const asked = Array.from(bundle.matchAll(/(?<!')\brequire\("([^".][^"]*)"\)/g), ([, name = ""]) => name);
    const outside = asked.filter((name) => !name.startsWith("node:") && !builtinModules.includes(name));
    const { dependencies } = JSON.parse(await readFile(join(repository, connector, "package.json"), "utf8"));
    expect(Object.keys(dependencies).sort()).toEqual([...new Set(outside)].sort());
  });

  test("installed where nothing else is, it says the same specification", async () => {
    const here = await execute(join(repository, connector, "bin", connector), ["spec"]);
    expect(await runInstalled(connector, ["spec"])).toBe(here.stdout);
    expect(await runInstalled(connector, ["--version"])).toBe(`${version}\n`);
  });
});

test.each(["S3", "a download link"])("source-braze, installed, reads a segment through %s", async (way) => {
  const config = way === "S3" ? world.sourceConfig : world.linkConfig;
  const catalog = catalogOf("segment_users", "external_id");
  const read = await runInstalled(
    "source-braze",
    ["read", "--config", "config.json", "--catalog", "catalog.json"],
    { "config.json": config, "catalog.json": catalog },
  );
  expect(read.match(/"type":"RECORD"/g)).toHaveLength(world.users);
});

test("destination-braze, installed, writes and remembers in S3", async () => {
  const record = {
    stream: "users",
    data: { external_id: "of-the-package", first_name: "Ann" },
    emitted_at: 1,
  };
  const files = { "config.json": world.destinationConfig, "catalog.json": catalogOf("users") };
  const write = ["write", "--config", "config.json", "--catalog", "catalog.json"];
  const input = `${JSON.stringify({ type: "RECORD", record })}\n`;
  expect(await runInstalled("destination-braze", write, files, input)).toContain("1 accepted");
  expect(world.target.users.byExternalId("of-the-package")?.first_name).toBe("Ann");
  const sent = world.target.dataPoints;
  await runInstalled("destination-braze", write, files, input);
  expect(world.target.dataPoints).toBe(sent);
});
