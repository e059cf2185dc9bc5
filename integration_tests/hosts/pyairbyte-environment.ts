import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder";

export const pyairbyteFolder = join(__dirname, "pyairbyte");
const requirements = join(pyairbyteFolder, "requirements.txt");

/** The Pythons that PyAirbyte supports, the best known first. `HOSTS_PYTHON` names another executable. */
const candidates = ["python3.11", "python3.12", "python3.10", "python3"];
const probe =
  "import sys, venv, ensurepip; assert (3, 10) <= sys.version_info[:2] < (3, 13); print(sys.executable)";

/**
 * A virtual environment with PyAirbyte, made once for each version of it and kept in the user's cache.
 * Without a suitable Python there is none; without a package registry neither, except in CI, where that
 * is an error.
 */
export function prepareEnvironment(env = process.env): { python: string } | { reason: string } {
  const base = findPython(env.HOSTS_PYTHON === undefined ? candidates : [env.HOSTS_PYTHON]);
  if (base === undefined) return { reason: "there is no Python 3.10 to 3.12 with venv." };
  const folder = join(cacheFolder(env), `pyairbyte-${fingerprint(base)}`);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return { python };
  try {
    install(base, folder);
    return { python };
  } catch (error) {
    if (env.CI === "true") throw error;
    return { reason: `PyAirbyte could not be installed (${(error as Error).message.split("\n")[0]}).` };
  }
}

function findPython(names: readonly string[]): string | undefined {
  for (const name of names) {
    const { status, stdout } = spawnSync(name, ["-c", probe], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** In its place only when it is complete: an interrupted installation leaves none that looks like one. */
function install(base: string, folder: string): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(join(folder, ".."), { recursive: true });
  try {
    execFileSync(base, ["-m", "venv", unfinished], { stdio: "pipe" });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    execFileSync(join(unfinished, "bin", "python"), [...pip, requirements], { stdio: "pipe" });
    // Another run may have been faster; what has no Python any more is of one that was removed.
    if (existsSync(join(folder, "bin", "python"))) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const fingerprint = (base: string): string =>
  createHash("sha256").update(base).update(readFileSync(requirements)).digest("hex").slice(0, 16);
