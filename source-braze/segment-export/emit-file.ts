import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import { isBlank } from "@braze-connectors/shared/airbyte/lines";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { withPlace } from "./damage-place";
import { readFileLines } from "./read-file";

export interface EmitFileOptions {
  path: string;
  /** What the file is called in messages. */
  name: string;
  /** Makes the text of a record of a line; undefined when there is none to emit. Throws NotAnObjectError. */
  toRecord(line: Buffer): string | undefined;
  emitter: StreamEmitter;
  stop: AbortSignal;
  /** Called after each file inside a zip, with the users read so far. */
  afterMember?(users: number): Promise<void>;
}

/**
 * Reads every line of a file and emits the records that the lines become.
 * @returns the number of users in the file
 * @throws DamagedFileError naming file and line, after the records before it; StoppedError between two pieces
 */
export async function emitFile(options: EmitFileOptions): Promise<number> {
  const { path, name, toRecord, emitter, stop, afterMember } = options;
  let users = 0;
  let lineNumber = 0;
  let member: string | undefined;
  try {
    for await (const batch of readFileLines(path)) {
      throwIfStopped(stop);
      if (member !== undefined && member !== batch.member) await afterMember?.(users);
      member = batch.member;
      lineNumber = batch.firstNumber - 1;
      for (const line of batch.lines) {
        lineNumber += 1;
        if (isBlank(line)) continue;
        const record = toRecord(line);
        users += 1;
        const slowHost = record === undefined ? undefined : emitter.recordJson(record);
        if (slowHost) await slowHost;
      }
    }
  } catch (error) {
    throw withPlace(error, { name, member, lineNumber });
  }
  return users;
}
