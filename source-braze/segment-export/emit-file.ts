import { setImmediate } from "node:timers/promises";
import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import { isBlank } from "@braze-connectors/shared/airbyte/lines";
import { withPlace } from "./damage-place";
import type { TakeLine } from "./plain-lines";
import { readFileLines } from "./read-file";

const openBrace = 0x7b;

export interface EmitFileOptions {
  path: string;
  /** What the file is called in messages. */
  name: string;
  /** Emits what a line becomes. Throws NotAnObjectError. */
  take: TakeLine;
  stop: AbortSignal;
  /** Called after each file inside a zip, with the users read so far. */
  afterMember?(users: number): Promise<void>;
}

/**
 * Reads every line of a file and has the records emitted that the lines become.
 * @returns the number of users in the file
 * @throws DamagedFileError naming file and line, after the records before it; StoppedError between two pieces
 */
export async function emitFile(options: EmitFileOptions): Promise<number> {
  const { path, name, take, stop, afterMember } = options;
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
        if (line[0] !== openBrace && isBlank(line)) continue;
        const slowHost = take(line);
        users += 1;
        if (slowHost) await slowHost;
      }
      // Pieces that lie ready would follow without a turn of the event loop: zlib and stdout would stand still.
      await setImmediate();
    }
  } catch (error) {
    throw withPlace(error, { name, member, lineNumber });
  }
  return users;
}
