import { crc32 } from "node:zlib";

/** What one file of a journal says. */
export interface JournalFile {
  /** The states that closed the epochs up to this one have left: the host will not send their records again. */
  statesLeft: number;
  /** Entries in threes: epoch, and the two halves of the fingerprint. */
  entries: readonly number[];
}

/**
 * Epochs count from 1. An entry of this one was accepted by Braze in an earlier run; the host may
 * send it again until it has come as far as it was then.
 */
export const carriedEpoch = 0xffffffff;
/** An entry of this one takes a carried one back: it was sent again, and has become an entry of the new epoch. */
export const takenEpoch = 0;
/**
 * An entry of this one comes before states leave: its other words are the fingerprint of the first record
 * of a span, the records of a stream between two of its states. The next entry says which state closes it.
 */
export const spanMark = 0xfffffffd;
/**
 * Follows a `spanMark`: its second word is the last epoch of the span, 0 for one of an earlier run; its third
 * one whether no other span is known to begin with the same record (1).
 */
export const spanEndMark = 0xfffffffc;
/** An entry of this one is the fingerprint of the record behind the last of the spans before it. */
export const spanNextMark = 0xfffffff9;
/** An entry of this one was accepted in the carried span before it. */
export const spanCarriedEpoch = 0xfffffffb;
/** An entry of this one says that the carried spans before it are not open any more. */
export const spansDecidedMark = 0xfffffffa;
/**
 * An entry of this one says how many records behind the last state that left have ever come, and how often in a row
 * the end of the input was doubted. The last one counts.
 */
export const reachMark = 0xfffffff8;
/** An entry of this one says that carried entries before it do not count any more. */
export const carriedEndMark = 0xfffffff7;
/** Real epochs are below. */
export const firstMark = 0xfffffff0;
/** An entry of this one says that a batch of a staged part was settled: its other words are commit and batch. */
export const settledMark = 0xfffffffe;

/**
 * The file, little endian, in words of 32 bits:
 *
 *   "BZJN" · version · epoch up to which states have left · entries
 *   entries: epoch · fingerprint (2 words)
 *   CRC-32 of all before
 */
const magic = 0x4e4a5a42;
const version = 1;
const wordBytes = 4;
const headerWords = 4;
const entryWords = 3;

/** The file can't be used: damaged, or written by a newer version. */
export class DamagedJournalError extends Error {
  override readonly name = "DamagedJournalError";
}

export function encodeJournal({ statesLeft, entries }: JournalFile): Buffer {
  const bytes = Buffer.alloc((headerWords + entries.length + 1) * wordBytes);
  let at = 0;
  for (const word of [magic, version, statesLeft, entries.length / entryWords])
    at = bytes.writeUInt32LE(word, at);
  for (const word of entries) at = bytes.writeUInt32LE(word, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

/** @throws DamagedJournalError */
export function decodeJournal(bytes: Buffer): JournalFile {
  const end = bytes.length - wordBytes;
  if (end < headerWords * wordBytes || bytes.readUInt32LE(0) !== magic) {
    throw new DamagedJournalError("it is not a journal");
  }
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))) {
    throw new DamagedJournalError("its checksum is wrong");
  }
  const found = bytes.readUInt32LE(4);
  if (found !== version) throw new DamagedJournalError(`its version ${found} is unknown`);
  const entries: number[] = [];
  for (let at = headerWords * wordBytes; at < end; at += wordBytes) entries.push(bytes.readUInt32LE(at));
  return { statesLeft: bytes.readUInt32LE(8), entries };
}
