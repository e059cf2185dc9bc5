const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** What an export file may cost us. Beyond it is no export, but damage, or somebody's trap. */
export interface FileLimits {
  /** As it is downloaded to the temporary folder. */
  fileBytes: number;
  /** Unpacked. It is read as a stream and never stored, so this bounds time, not space. */
  contentBytes: number;
  /** Unpacked content for each byte of the file. */
  ratio: number;
  /** The ratio counts from so much content on: small files may say one thing very often. */
  ratioFromBytes: number;
  /** The only part of the content that is in memory whole. */
  lineBytes: number;
}

/**
 * 20 million users are some 10 GB of zip. Users who differ in nothing but their identifier pack 125 times
 * smaller; deflate ends at 1,032 times, but members of a zip can overlap without end. A line may be as long
 * as the longest message that our destination takes.
 */
export const fileLimits: FileLimits = {
  fileBytes: 64 * gibibyte,
  contentBytes: 256 * gibibyte,
  ratio: 500,
  ratioFromBytes: 64 * mebibyte,
  lineBytes: 64 * mebibyte,
};

/** A limit for people: `64 GiB`, `10 bytes`. */
export function sizeForPeople(bytes: number): string {
  if (bytes >= gibibyte) return `${bytes / gibibyte} GiB`;
  return bytes >= mebibyte ? `${bytes / mebibyte} MiB` : `${bytes} bytes`;
}
