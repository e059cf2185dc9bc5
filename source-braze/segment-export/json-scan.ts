import { isUtf8 } from "node:buffer";
import { jsonMembers } from "@braze-connectors/shared/wasm/generated/json-members";
import { instantiate } from "@braze-connectors/shared/wasm/instantiate";

/** What shared/wasm/assembly/json-members.ts exports. */
interface JsonMembers {
  memory: WebAssembly.Memory;
  input(): number;
  keys(): number;
  spansAt(): number;
  setKnownKeys(count: number): void;
  spanCount(): number;
  isWhole(): number;
  hasWideBytes(): number;
  unknownKeyStart(): number;
  unknownKeyEnd(): number;
  unknownKeyPlace(): number;
  scan(length: number): number;
}

// As there.
const unknownKey = -2;
const mostKeys = 256;
const keyBytes = 64;
const keyHeaderBytes = 8;
const spanBytes = 8;

/** Longer lines are rare, and left to the parser. */
const longestLine = 1 << 20;
/** What is looked at lies sixteen bytes at a time before the module, also at the end of a line. */
const marginBytes = 64;

/** A key as it is spelled in a line, with its quotes, and whether its member is passed on. */
interface KnownKey {
  bytes: Buffer;
  passesOn: boolean;
}

/**
 * Finds the members of an exported object, and proves on the way that a line holds just that, without
 * making a string or a value of it: six times as fast as JSON.parse, in WebAssembly with its instructions for
 * sixteen bytes at a time (`npm run bench -- read-s3`).
 *
 * It takes what is a JSON text (RFC 8259) in valid UTF-8, which is what parseLine (json-line.ts) takes too,
 * but for escaped surrogates, lines that are very long and objects that are very deep or have very many keys;
 * what it does not take is for parseLine to judge. Property tests compare the two.
 */
export class JsonScan {
  /** Where the members begin that are passed on and stand together, and where they end. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether every member is passed on. */
  isWhole = false;
  /** The place behind the closing brace. */
  end = 0;

  private readonly module = instantiate<JsonMembers>(jsonMembers, longestLine + marginBytes);
  private readonly memory = Buffer.from(this.module.memory.buffer);
  private readonly input = this.module.input();
  /** Braze writes the columns of all users in one order, in which the keys stand here. */
  private readonly keys: KnownKey[] = [];

  /** @param passesOn whether a member of the object itself is passed on, by its key */
  constructor(private readonly passesOn: (key: string) => boolean) {}

  /** @returns whether the line is one JSON object, in valid UTF-8; where its members are stands in the fields */
  scan(line: Buffer): boolean {
    if (line.length > longestLine) return false;
    const { module } = this;
    this.memory.set(line, this.input);
    let end = module.scan(line.length);
    while (end === unknownKey && this.learnKey(line)) end = module.scan(line.length);
    if (end < 0 || (module.hasWideBytes() !== 0 && !isUtf8(line))) return false;
    this.end = end;
    this.readSpans();
    return true;
  }

  private readSpans(): void {
    const { module, memory, starts, ends } = this;
    const count = module.spanCount();
    this.isWhole = module.isWhole() !== 0;
    starts.length = count;
    ends.length = count;
    let at = module.spansAt();
    for (let index = 0; index < count; index += 1, at += spanBytes) {
      starts[index] = memory.readUInt32LE(at);
      ends[index] = memory.readUInt32LE(at + 4);
    }
  }

  /** @returns whether the module knows the key now that it did not know */
  private learnKey(line: Buffer): boolean {
    const { module, keys } = this;
    const bytes = Buffer.from(line.subarray(module.unknownKeyStart(), module.unknownKeyEnd()));
    if (keys.length === mostKeys || bytes.length > keyBytes - keyHeaderBytes || !isUtf8(bytes)) return false;
    keys.splice(module.unknownKeyPlace(), 0, {
      bytes,
      passesOn: this.passesOn(JSON.parse(bytes.toString()) as string),
    });
    let at = module.keys();
    for (const { bytes, passesOn } of keys) {
      this.memory.writeUInt32LE(bytes.length, at);
      this.memory.writeUInt32LE(passesOn ? 1 : 0, at + 4);
      this.memory.set(bytes, at + keyHeaderBytes);
      at += keyBytes;
    }
    module.setKnownKeys(keys.length);
    return true;
  }
}
