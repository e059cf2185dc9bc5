import { crc32 } from "node:zlib";
import type { AttributeNames } from "./attribute-names";
import { ProfileTable, type Remembered } from "./profile-table";

/**
 * The file of one part, little endian:
 *
 *   "BZDX" · version u32 · profiles u32 · names u32
 *   names: length u16 · UTF-8
 *   profiles: identity hash u64 · attributes u16 · (name u16 · value hash u64) each
 *   CRC-32 of all before u32
 */
const magic = 0x58445a42;
const version = 1;
const headerBytes = 16;
const checksumBytes = 4;

/** The file can't be used: damaged, or written by a newer version. */
export class DamagedPartError extends Error {
  override readonly name = "DamagedPartError";
}

export function encodePart(table: ProfileTable, names: AttributeNames): Buffer {
  const localIds = new Map<number, number>();
  let sizeBytes = headerBytes + checksumBytes;
  table.forEach((_lo, _hi, position) => {
    const { count, nameIds } = table.read(position);
    sizeBytes += 10 + 10 * count;
    for (const id of nameIds) if (!localIds.has(id)) localIds.set(id, localIds.size);
  });
  const texts = [...localIds.keys()].map((id) => Buffer.from(names.nameOf(id)));
  sizeBytes += texts.reduce((sum, text) => sum + 2 + text.length, 0);

  const bytes = Buffer.allocUnsafe(sizeBytes);
  let offset = bytes.writeUInt32LE(magic, 0);
  offset = bytes.writeUInt32LE(version, offset);
  offset = bytes.writeUInt32LE(table.size, offset);
  offset = bytes.writeUInt32LE(texts.length, offset);
  for (const text of texts) {
    offset = bytes.writeUInt16LE(text.length, offset);
    offset += text.copy(bytes, offset);
  }
  table.forEach((lo, hi, position) => {
    const { count, nameIds, hashes } = table.read(position);
    offset = bytes.writeUInt32LE(lo, offset);
    offset = bytes.writeUInt32LE(hi, offset);
    offset = bytes.writeUInt16LE(count, offset);
    for (let index = 0; index < count; index++) {
      offset = bytes.writeUInt16LE(localIds.get(nameIds[index] as number) as number, offset);
      offset = bytes.writeUInt32LE(hashes[2 * index] as number, offset);
      offset = bytes.writeUInt32LE(hashes[2 * index + 1] as number, offset);
    }
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(0, offset)), offset);
  return bytes;
}

/** @throws DamagedPartError */
export function decodePart(bytes: Buffer, names: AttributeNames): ProfileTable {
  if (bytes.length < headerBytes + checksumBytes || bytes.readUInt32LE(0) !== magic) {
    throw new DamagedPartError("it is not an index part");
  }
  const end = bytes.length - checksumBytes;
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end)))
    throw new DamagedPartError("its checksum is wrong");
  if (bytes.readUInt32LE(4) !== version)
    throw new DamagedPartError(`its version ${bytes.readUInt32LE(4)} is unknown`);

  const profiles = bytes.readUInt32LE(8);
  const nameCount = bytes.readUInt32LE(12);
  let offset = headerBytes;
  const ids: (number | undefined)[] = [];
  for (let index = 0; index < nameCount; index++) {
    const length = bytes.readUInt16LE(offset);
    ids.push(names.idOf(bytes.toString("utf8", offset + 2, offset + 2 + length)));
    offset += 2 + length;
  }
  const table = new ProfileTable();
  for (let profile = 0; profile < profiles; profile++) {
    const lo = bytes.readUInt32LE(offset);
    const hi = bytes.readUInt32LE(offset + 4);
    const count = bytes.readUInt16LE(offset + 8);
    offset += 10;
    const remembered: Remembered = {
      count: 0,
      nameIds: new Uint16Array(count),
      hashes: new Uint32Array(2 * count),
    };
    for (let index = 0; index < count; index++, offset += 10) {
      const id = ids[bytes.readUInt16LE(offset)];
      if (id === undefined) continue;
      remembered.nameIds[remembered.count] = id;
      remembered.hashes[2 * remembered.count] = bytes.readUInt32LE(offset + 2);
      remembered.hashes[2 * remembered.count + 1] = bytes.readUInt32LE(offset + 6);
      remembered.count += 1;
    }
    table.write(lo, hi, remembered);
  }
  return table;
}
