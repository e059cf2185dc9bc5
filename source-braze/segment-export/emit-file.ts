import { setImmediate } from "node:timers/promises";
import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import { isBlank } from "@braze-connectors/shared/airbyte/lines";
import { withPlace } from "./damage-place";
import type { LineTaker } from "./line-taker";
import { readFileLines } from "./read-file";

const openBrace = 0x7b;

export interface EmitFileOptions {
  path: string;
  /** What the file is called in messages. */
  name: string;
  taker: LineTaker;
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
  const { path, name, taker, stop, afterMember } = options;
  const { plain } = taker;
  let users = 0;
  let lineNumber = 0;
  let member: string | undefined;
  try {
    for await (const batch of readFileLines(path)) {
      throwIfStopped(stop);
      if (member !== undefined && member !== batch.member) await afterMember?.(users);
      member = batch.member;
      const { bytes, starts, ends, firstNumber } = batch;
      plain?.load(batch);
      for (let index = 0; index < starts.length; index += 1) {
        if (plain) {
          const passedOn = await plain.passOn(index);
          users += passedOn;
          index += passedOn;
          lineNumber = firstNumber + index - 1;
          if (index === starts.length) break;
        }
        lineNumber = firstNumber + index;
        const line = bytes.subarray(starts[index], ends[index]);
        if (line[0] !== openBrace && isBlank(line)) continue;
        const slowHost = taker.take(line);
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
