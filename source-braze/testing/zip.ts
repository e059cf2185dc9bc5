import { ZipFile } from "yazl";

/** A zip file of members in memory. */
export async function zipOf(members: Record<string, string | Buffer>, compress = true): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) {
    zip.addBuffer(Buffer.from(content), name, { compress });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const localHeader = Buffer.from("PK\u0003\u0004");
const centralHeader = Buffer.from("PK\u0001\u0002");
const endOfDirectory = Buffer.from("PK\u0005\u0006");

/**
 * Changes 16-bit fields in the headers of a member, which no honest zip library would write.
 * @param index of the member
 */
export function patchMember(zip: Buffer, index: number, patch: { flags?: number; method?: number }): Buffer {
  const patched = Buffer.from(zip);
  for (const [signature, flagsAt, methodAt] of [
    [localHeader, 6, 8],
    [centralHeader, 8, 10],
  ] as const) {
    const at = nthIndexOf(patched, signature, index);
    if (patch.flags !== undefined) patched.writeUInt16LE(patch.flags, at + flagsAt);
    if (patch.method !== undefined) patched.writeUInt16LE(patch.method, at + methodAt);
  }
  return patched;
}

/** A zip whose directory names its only member so many times: they all are the same bytes. */
export function overlapping(zip: Buffer, times: number): Buffer {
  const directoryAt = zip.indexOf(centralHeader);
  const endAt = zip.indexOf(endOfDirectory);
  const entry = zip.subarray(directoryAt, endAt);
  const end = Buffer.from(zip.subarray(endAt));
  end.writeUInt16LE(times, 8);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(entry.length * times, 12);
  return Buffer.concat([zip.subarray(0, directoryAt), ...Array<Buffer>(times).fill(entry), end]);
}

function nthIndexOf(bytes: Buffer, part: Buffer, index: number): number {
  let at = bytes.indexOf(part);
  for (let count = 0; count < index; count += 1) at = bytes.indexOf(part, at + 1);
  return at;
}
