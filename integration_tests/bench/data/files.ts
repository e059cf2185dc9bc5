import { createWriteStream } from "node:fs";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { ZipFile } from "yazl";
import type { ExportFile } from "../sink/sink";
import { exportedUser } from "./exported-users";
import { profileMessages } from "./profiles";

const compress = promisify(gzip);

/** To be raised with every change of the data: what was made before is not used then. */
const dataVersion = 1;
const folder = join(tmpdir(), `braze-connectors-bench-${dataVersion}`);
/** Braze writes about so many users into one file. */
export const usersPerFile = 5000;
const pieceCharacters = 1 << 20;

/** Messages with so many new profiles. */
export const newProfiles = (count: number): Promise<string> =>
  once(`profiles-${count}.jsonl`, (path) => writeText(path, profileMessages(count)));

/** The same profiles, of which one in 20 has one attribute changed. */
export const changedProfiles = (count: number): Promise<string> =>
  once(`profiles-${count}-changed.jsonl`, (path) =>
    writeText(
      path,
      profileMessages(count, (index) => (index % 20 === 7 ? 1 : 0)),
    ),
  );

/** The files of an export to S3. */
export async function gzipExport(users: number): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  for (let from = 0; from < users; from += usersPerFile) {
    const to = Math.min(users, from + usersPerFile);
    const name = `users-${from}-${to}.gz`;
    const path = await once(name, async (target) => writeFile(target, await compress(exportText(from, to))));
    files.push({ name, path, sizeBytes: (await stat(path)).size });
  }
  return files;
}

/** The same export as the archive behind a download link. */
export async function zipExport(users: number): Promise<ExportFile> {
  const name = `users-${users}.zip`;
  const path = await once(name, async (target) => {
    const archive = new ZipFile();
    for (let from = 0; from < users; from += usersPerFile) {
      // A file's text is made only when its turn comes.
      archive.addReadStreamLazy(`users-${from}.json`, (deliver) => {
        const text = exportText(from, Math.min(users, from + usersPerFile));
        deliver(null, Readable.from([Buffer.from(text)]));
      });
    }
    archive.end();
    await pipeline(archive.outputStream, createWriteStream(target));
  });
  return { name, path, sizeBytes: (await stat(path)).size };
}

function exportText(from: number, to: number): string {
  let text = "";
  for (let index = from; index < to; index++) text += `${exportedUser(index)}\n`;
  return text;
}

/** Makes a file unless an earlier run has made it; half a file is never taken for one. */
async function once(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(folder, name);
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await make(unfinished);
  await rename(unfinished, path);
  return path;
}

async function writeText(path: string, texts: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inPieces(texts)), createWriteStream(path));
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
