import { crc32 } from "node:zlib";
import { entryWords, type UserTable } from "./user-table";

/**
 * The file of some users of an index, little endian:
 *
 *   "BZSU" · version u32 · users u32
 *   users: braze_id 3 × u32 · hash u64, each
 *   CRC-32 of all before u32
 */
const magic = 0x55535a42;
const version = 1;
const headerBytes = 12;
const checksumBytes = 4;
const entryBytes = 4 * entryWords;

/** An index can't be used. The message says why, in the middle of a sentence. */
export class DamagedIndexError extends Error {
  override readonly name = "DamagedIndexError";
}

/** @param entries words as the table gives them */
export function encodePart(entries: Uint32Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + 4 * entries.length + checksumBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(version, 4);
  bytes.writeUInt32LE(entries.length / entryWords, 8);
  let offset = headerBytes;
  for (const word of entries) offset = bytes.writeUInt32LE(word, offset);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, offset)), offset);
  return bytes;
}

/**
 * Puts the users of a part into a table.
 * @returns their number
 * @throws DamagedIndexError
 */
export function loadPart(bytes: Buffer, table: UserTable): number {
  const end = bytes.length - checksumBytes;
  if (end < headerBytes || bytes.readUInt32LE(0) !== magic) throw new DamagedIndexError("it is no index");
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))) {
    throw new DamagedIndexError("its checksum is wrong");
  }
  if (bytes.readUInt32LE(4) !== version) {
    throw new DamagedIndexError(`its version ${bytes.readUInt32LE(4)} is unknown`);
  }
  const users = bytes.readUInt32LE(8);
  if (end !== headerBytes + users * entryBytes) throw new DamagedIndexError("its length is wrong");
  for (let offset = headerBytes; offset < end; offset += entryBytes) {
    table.load(
      bytes.readUInt32LE(offset),
      bytes.readUInt32LE(offset + 4),
      bytes.readUInt32LE(offset + 8),
      bytes.readUInt32LE(offset + 12),
      bytes.readUInt32LE(offset + 16),
    );
  }
  return users;
}
