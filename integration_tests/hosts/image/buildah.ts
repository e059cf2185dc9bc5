import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What an image says about running it. */
export interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Labels: Record<string, string>;
}

/** Builds images without a daemon and without a registry. What it makes goes when it is closed. */
export class Buildah {
  private constructor(private readonly folder: string) {}

  static async open(): Promise<Buildah> {
    return new Buildah(await mkdtemp(join(tmpdir(), "image-test-")));
  }

  /** @returns what it prints, without the newline */
  async run(...args: string[]): Promise<string> {
    const store = ["--root", join(this.folder, "store"), "--runroot", join(this.folder, "run")];
    const { stdout } = await execute("buildah", [...store, ...args], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  }

  /** Makes an image of what `furnish` does to a container of another image (or of `scratch`). */
  async make(
    name: string,
    from: string,
    furnish: (container: string, buildah: Buildah) => Promise<void>,
  ): Promise<void> {
    const container = await this.run("from", "--pull-never", from);
    await furnish(container, this);
    await this.run("commit", "--quiet", "--rm", container, name);
  }

  /** Builds a Dockerfile in the root of a repository, on images that were made before. */
  async build(
    name: string,
    dockerfile: string,
    context: string,
    bases: Readonly<Record<string, string>>,
  ): Promise<void> {
    const args = Object.entries(bases).flatMap(([key, image]) => ["--build-arg", `${key}=${image}`]);
    const how = ["--isolation", "chroot", "--pull-never", "--layers"];
    await this.run("build", ...how, ...args, "--file", dockerfile, "--tag", name, context);
  }

  /** The files of an image, as a folder. */
  async mount(image: string): Promise<string> {
    return this.run("mount", await this.run("from", "--pull-never", image));
  }

  async config(image: string): Promise<ImageConfig> {
    const { OCIv1 } = JSON.parse(await this.run("inspect", "--type", "image", image)) as {
      OCIv1: { config: ImageConfig };
    };
    return OCIv1.config;
  }

  async close(): Promise<void> {
    await this.run("umount", "--all").catch(() => undefined);
    await this.run("rm", "--all").catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}
