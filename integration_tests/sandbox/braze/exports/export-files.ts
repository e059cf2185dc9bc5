import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { ZipFile } from "yazl";
import type { Members } from "../segments";
import { exportedUser, type Selection } from "./exported-user";

const gzipped = promisify(gzip);

/** Lines are joined up to about this many characters before they are passed on. */
const CHUNK_CHARACTERS = 256 * 1024;
/** Speed matters more than size in a sandbox. */
const COMPRESSION_LEVEL = 1;

export type TransformLine = (line: string, index: number) => string;

export interface FileContent {
  members: Members;
  /** indexes of the members in this file: from (inclusive) to (exclusive) */
  from: number;
  to: number;
  selection: Selection;
  nowMs: number;
  transformLine?: TransformLine;
}

/** One user a line, each line ended by a newline; yielded in pieces of some hundred kilobytes. */
export function* userLines(content: FileContent): Generator<string> {
  let piece = "";
  for (let index = content.from; index < content.to; index += 1) {
    const user = content.members.at(index);
    if (user === undefined) continue;
    const line = JSON.stringify(exportedUser(user, content.selection, content.nowMs));
    piece += `${content.transformLine?.(line, index) ?? line}\n`;
    if (piece.length >= CHUNK_CHARACTERS) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

export async function gzipFile(content: FileContent): Promise<Buffer> {
  return gzipped(Buffer.from([...userLines(content)].join("")), { level: COMPRESSION_LEVEL });
}

/** A zip as Braze puts it into S3: one member. */
export async function zipFile(content: FileContent, memberName: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from([...userLines(content)].join("")), memberName, {
    compressionLevel: COMPRESSION_LEVEL,
  });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** A zip as Braze offers it for download: several members, written to disk as they are made. */
export async function writeZip(path: string, contents: FileContent[], extension: string): Promise<void> {
  const zip = new ZipFile();
  for (const content of contents) {
    zip.addReadStreamLazy(randomName(extension), { compressionLevel: COMPRESSION_LEVEL }, (opened) => {
      opened(null, Readable.from(bytes(content)));
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

export function randomName(extension: string): string {
  return `${randomBytes(16).toString("hex")}.${extension}`;
}

function* bytes(content: FileContent): Generator<Buffer> {
  for (const piece of userLines(content)) yield Buffer.from(piece);
}
