import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export const folderPrefix = "source-braze-";
const folderName = new RegExp(`^${folderPrefix}[A-Za-z0-9]{6}$`);

/** Of a sync that is alive the folder changes with every file, and no file is read for so long. */
export const leftAfterMs = 2 * 86_400_000;

/**
 * Removes the folders of syncs that were killed: exported people must not lie about for ever. Anything that
 * may be somebody else's, or of a sync that is alive, stays.
 */
export async function removeLeftovers(parent: string, nowMs: number): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.filter((candidate) => folderName.test(candidate))) {
    const path = join(parent, name);
    if (await isLeft(path, nowMs)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isLeft(path: string, nowMs: number): Promise<boolean> {
  // Not `stat`: a link may lead anywhere.
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false;
  return nowMs - found.mtimeMs > leftAfterMs;
}
