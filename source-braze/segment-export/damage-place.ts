import { DamagedFileError } from "./damage";
import { NotAnObjectError } from "./json-line";

/** How far the reading of a file got. */
export interface Place {
  /** What the file is called in messages. */
  name: string;
  /** The file inside the zip that was read last. */
  member: string | undefined;
  /** The line that was read last in it. */
  lineNumber: number;
}

/** Damage with the file and the line where it was met; any other error as it is. */
export function withPlace(error: unknown, { name, member, lineNumber }: Place): unknown {
  if (error instanceof NotAnObjectError || isTooDeep(error)) {
    const why = error instanceof NotAnObjectError ? error.message : "it is nested too deeply";
    return new DamagedFileError(`line ${lineNumber} of ${fileName(name, member)} can't be read: ${why}`, {
      cause: error,
    });
  }
  if (!(error instanceof DamagedFileError)) return error;
  const damaged = error.member ?? member;
  const line = damaged === member ? lineNumber : 0;
  const beyond = line === 0 ? "" : ` beyond line ${line}`;
  return new DamagedFileError(`${fileName(name, damaged)} can't be read${beyond}: ${error.message}`, {
    cause: error,
  });
}

const fileName = (name: string, member: string | undefined): string =>
  member === undefined ? name : `${member} in ${name}`;

/** What JSON.stringify, or we, throw for a value that is nested thousands of levels deep. */
const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && /call stack/i.test(error.message);
