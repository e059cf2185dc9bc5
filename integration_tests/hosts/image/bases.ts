import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../cache-folder";
import type { Buildah } from "./buildah";

const execute = promisify(execFile);

/** Names under which the stand-ins for a Dockerfile's base images are made. */
export const bases = { NODE_IMAGE: "localhost/node", BASE_IMAGE: "localhost/debian-slim" };

/** What Debian's slim images leave out. */
const leftOut = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info"].concat([
  "var/lib/apt/lists",
  "var/cache/apt",
  "var/log",
]);

/** Certificates of this machine, for registries that are reached through a proxy. */
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Makes the base images that a Dockerfile names, without an image registry: Debian from its packages, and
 * Node.js and npm from theirs, in the releases of the Dockerfile.
 */
export async function makeBases(buildah: Buildah, dockerfile: string): Promise<void> {
  const { suite, nodeRelease } = releases(readFileSync(dockerfile, "utf8"));
  const debian = await debianSlim(suite);
  await buildah.make(bases.BASE_IMAGE, "scratch", async (container) => {
    await buildah.run("add", container, debian, "/");
  });
  const folder = await mkdtemp(join(tmpdir(), "image-bases-"));
  try {
    const node = await unpack(folder, `node-linux-${process.arch}@${nodeRelease}`);
    const npm = await unpack(folder, "npm@11");
    await buildah.make(bases.NODE_IMAGE, bases.BASE_IMAGE, async (container) => {
      await buildah.run("copy", container, join(node, "bin/node"), "/usr/local/bin/node");
      await buildah.run("copy", container, npm, "/usr/local/lib/node_modules/npm");
      const link = "ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm";
      const executable = "chmod +x /usr/local/lib/node_modules/npm/bin/npm-cli.js";
      await buildah.run("run", "--isolation", "chroot", container, "sh", "-c", `${link} && ${executable}`);
      if (!existsSync(certificates)) return;
      await buildah.run("copy", container, certificates, "/etc/ssl/of-the-machine.crt");
      await buildah.run("config", "--env", "NODE_EXTRA_CA_CERTS=/etc/ssl/of-the-machine.crt", container);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The releases that a Dockerfile is written for. */
export function releases(dockerfile: string): { suite: string; nodeRelease: string } {
  const [, suite] = /^ARG BASE_IMAGE=\S*debian:(\w+)-slim$/m.exec(dockerfile) ?? [];
  const [, nodeRelease] = /^ARG NODE_IMAGE=\S*node:(\d+)-(\w+)-slim$/m.exec(dockerfile) ?? [];
  if (suite === undefined || nodeRelease === undefined) throw new Error("The Dockerfile names other bases.");
  return { suite, nodeRelease };
}

/** An archive of a small Debian, made once. */
async function debianSlim(suite: string): Promise<string> {
  const archive = join(cacheFolder(), `debian-${suite}-slim-${process.arch}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(cacheFolder(), { recursive: true });
  const tree = await mkdtemp(join(tmpdir(), "debian-"));
  try {
    await execute("debootstrap", ["--variant=minbase", suite, tree], { maxBuffer: 64 * 1024 * 1024 });
    for (const path of leftOut)
      for (const name of await readdir(join(tree, path)))
        await rm(join(tree, path, name), { recursive: true });
    await execute("tar", ["--create", "--directory", tree, "--file", `${archive}.${process.pid}`, "."]);
    await rename(`${archive}.${process.pid}`, archive);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
  return archive;
}

/** Fetches a package from the npm registry. @returns the folder with its files */
async function unpack(folder: string, name: string): Promise<string> {
  const target = await mkdtemp(join(folder, "package-"));
  const { stdout } = await execute("npm", ["pack", "--silent", name], { cwd: folder });
  await execute("tar", ["--extract", "--file", join(folder, stdout.trim()), "--directory", target]);
  return join(target, "package");
}
