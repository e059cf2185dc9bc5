import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ImageConfig } from "./buildah";

/** What a run in a container said. */
export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Mounts the files of an image read-only, with a temporary folder of their own and a folder of the test
 * under /mnt, and becomes the image's user there. What is mounted goes with the namespace.
 */
const enter = `
set -e
root=$1 folder=$2 user=$3
shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount --bind "$folder" "$root/mnt"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" "$@"
`;

/** Runs a command in the files of an image as a careful host would: read-only, with the image's user and environment. */
export async function runIn(
  root: string,
  config: ImageConfig,
  folder: string,
  command: readonly string[],
  input = "",
): Promise<Ran> {
  const inside = ["env", "-i", ...config.Env, "HOME=/airbyte", ...command];
  const args = ["--mount", "--pid", "--fork", "sh", "-c", enter, "sh", root, folder, config.User, ...inside];
  const child = spawn("unshare", args, { stdio: ["pipe", "pipe", "pipe"] });
  const ran: Ran = { exitCode: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ran.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ran.stderr += text;
  });
  child.stdin.on("error", () => undefined).end(input);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { ...ran, exitCode };
}
