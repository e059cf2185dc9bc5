import { spawnSync } from "node:child_process";

const tools = ["buildah", "debootstrap", "unshare"];

/** What keeps images from being built here, as a sentence; undefined if nothing does. */
export function missingForImages(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root on Linux can build images.";
  const missing = tools.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  return missing.length === 0 ? undefined : `there is no ${missing.join(" and no ")}.`;
}
