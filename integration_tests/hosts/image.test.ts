/**
 * The images of both connectors, built from their Dockerfiles without a daemon and without an image
 * registry: what is in them, and that they run read-only, as a user who is not root.
 */
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import lock from "../../package-lock.json";
import { type Connector, run } from "../harness";
import { bases, makeBases } from "./image/bases";
import { Buildah, type ImageConfig } from "./image/buildah";
import { type Ran, runIn } from "./image/container";
import { missingForImages } from "./image/tools";
import { HostWorld } from "./world";

const repository = join(__dirname, "..", "..");
const connectors: Connector[] = ["source-braze", "destination-braze"];
const code = "airbyte/integration_code";
const maxBytes = 200_000_000;
const minutes = 60_000;

interface Image {
  root: string;
  config: ImageConfig;
}

const missing = missingForImages();
// In CI, root has no excuse: then what is missing is a failure.
const isSkipped = missing !== undefined && !(process.env.CI === "true" && process.getuid?.() === 0);
if (isSkipped) process.stderr.write(`The tests of the images are skipped: ${missing}\n`);

(isSkipped ? describe.skip : describe)("images", () => {
  let buildah: Buildah;
  let world: HostWorld;
  let folder: string;
  const images = new Map<Connector, Image>();

  beforeAll(async () => {
    if (missing !== undefined) throw new Error(`Images can't be built: ${missing}`);
    buildah = await Buildah.open();
    world = await HostWorld.start();
    folder = await mkdtemp(join(tmpdir(), "image-test-mnt-"));
    await chmod(folder, 0o755);
    await makeBases(buildah, join(repository, "source-braze", "Dockerfile"));
    for (const connector of connectors) {
      const name = `localhost/${connector}`;
      await buildah.build(name, join(repository, connector, "Dockerfile"), repository, bases);
      images.set(connector, { root: await buildah.mount(name), config: await buildah.config(name) });
    }
  }, 10 * minutes);

  afterAll(async () => {
    await buildah?.close();
    await world?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, minutes);

  const imageOf = (connector: Connector): Image => {
    const image = images.get(connector);
    if (!image) throw new Error(`There is no image of ${connector}.`);
    return image;
  };

  /** Runs a command of a connector with files under /mnt, as a host does. */
  async function runConnector(
    connector: Connector,
    args: string[],
    files: Record<string, object> = {},
    input = "",
  ): Promise<Ran> {
    const { root, config } = imageOf(connector);
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), JSON.stringify(content));
    return runIn(root, config, folder, [...config.Entrypoint, ...args], input);
  }

  describe.each(connectors)("%s", (connector) => {
    test("is smaller than 200 MB", async () => {
      const bytes = await sizeOf(imageOf(connector).root);
      expect(bytes).toBeGreaterThan(50_000_000);
      expect(bytes).toBeLessThan(maxBytes);
    });

    test("says how it is started, by whom, and what it is", () => {
      const { config } = imageOf(connector);
      expect(config.User).toBe("1000:1000");
      expect(config.Env).toContainEqual(`AIRBYTE_ENTRYPOINT=${config.Entrypoint.join(" ")}`);
      expect(config.Labels).toMatchObject({
        "io.airbyte.name": `braze-connectors/${connector}`,
        "io.airbyte.version": version,
      });
    });

    test("holds the connector, the packages that it runs with, and nothing else of ours", async () => {
      const { root } = imageOf(connector);
      expect((await readdir(join(root, code))).sort()).toEqual(
        ["LICENSE", "bin", "dist", "node_modules", "package.json"].sort(),
      );
      expect(await readdir(join(root, code, "dist"))).toEqual(["main.js"]);
      expect(await packagesIn(join(root, code, "node_modules"))).toEqual(productionPackages(connector));
      const files = await readdir(join(root, code), { recursive: true });
      expect(files.filter((file) => /\.(ts|mts|map|md)$|\.test\./.test(file))).toEqual([]);
    });

    test("answers spec, read-only and not as root, in the way in which the platform starts it", async () => {
      const { root, config } = imageOf(connector);
      const shell = (script: string, ...args: string[]) =>
        runIn(root, config, folder, ["sh", "-c", script, "--", ...args]);
      expect(await shell("id -u")).toMatchObject({ exitCode: 0, stdout: "1000\n" });
      expect(await shell("echo > /airbyte/x || echo > /x")).toMatchObject({ exitCode: 2, stdout: "" });
      const there = await shell('eval "$AIRBYTE_ENTRYPOINT $@"', "spec");
      expect(there).toEqual({ exitCode: 0, stdout: (await run(connector, "spec")).stdout, stderr: "" });
      expect((await runConnector(connector, ["--version"])).stdout).toBe(`${version}\n`);
    });
  });

  test("source-braze checks a workspace and reads a segment from S3", async () => {
    const config = world.sourceConfig;
    const check = await runConnector("source-braze", ["check", "--config", "/mnt/config.json"], {
      "config.json": config,
    });
    expect([check.stderr, check.stdout]).toEqual(["", expect.stringContaining('"status":"SUCCEEDED"')]);
    const stream = {
      name: "segment_users",
      json_schema: { properties: { external_id: {} } },
      supported_sync_modes: ["full_refresh"],
    };
    const catalog = { streams: [{ stream, sync_mode: "full_refresh", destination_sync_mode: "append" }] };
    const args = ["read", "--config", "/mnt/config.json", "--catalog", "/mnt/catalog.json"];
    const read = await runConnector("source-braze", args, { "catalog.json": catalog });
    expect(read).toMatchObject({ exitCode: 0, stderr: "" });
    expect(read.stdout.match(/"type":"RECORD"/g)).toHaveLength(world.users);
  });

  test("destination-braze checks a workspace and writes to it, remembering on a volume", async () => {
    const volume = join(folder, "volume");
    await mkdir(volume);
    // Everyone may write there, whatever the umask.
    await chmod(volume, 0o777);
    const storage = { storage_type: "Local", directory: "/mnt/volume" };
    const files = {
      "config.json": { ...world.destinationConfig, object_storage_config: storage },
      "catalog.json": {
        streams: [
          {
            stream: { name: "users", json_schema: {}, supported_sync_modes: ["full_refresh"] },
            sync_mode: "full_refresh",
            destination_sync_mode: "append",
          },
        ],
      },
    };
    const check = await runConnector("destination-braze", ["check", "--config", "/mnt/config.json"], files);
    expect([check.stderr, check.stdout]).toEqual(["", expect.stringContaining('"status":"SUCCEEDED"')]);
    const record = {
      stream: "users",
      data: { external_id: "of-the-image", first_name: "Ann" },
      emitted_at: 1,
    };
    const args = ["write", "--config", "/mnt/config.json", "--catalog", "/mnt/catalog.json"];
    const input = `${JSON.stringify({ type: "RECORD", record })}\n`;
    const write = await runConnector("destination-braze", args, {}, input);
    expect(write).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.target.users.byExternalId("of-the-image")?.first_name).toBe("Ann");
    expect(await readdir(volume)).toContain("_braze");
  });
});

/** Bytes of the files in a folder; what lies in other file systems is not followed. */
async function sizeOf(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    bytes += entry.isDirectory() ? await sizeOf(inner) : (await lstat(inner)).size;
  }
  return bytes;
}

/** `name@version` of the packages in a node_modules folder. */
async function packagesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    const [, name] = /(?:^|node_modules\/)((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path) ?? [];
    if (name === undefined) continue;
    const { version: installed } = (await import(join(folder, path))) as { version?: string };
    if (installed !== undefined) found.push(`${name}@${installed}`);
  }
  return found.sort();
}

/** `name@version` of what a connector needs to run, by the lock file. */
function productionPackages(connector: Connector): string[] {
  const packages = lock.packages as {
    [path: string]: { version?: string; dependencies?: object } | undefined;
  };
  const found = new Set<string>();
  const visit = (path: string): void => {
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
      const inner = `${path}/node_modules/${name}`;
      const place = packages[inner] ? inner : `node_modules/${name}`;
      if (found.has(place)) continue;
      found.add(place);
      visit(place);
    }
  };
  visit(connector);
  return [...found]
    .map((place) => `${place.split("node_modules/").at(-1)}@${packages[place]?.version}`)
    .sort();
}
