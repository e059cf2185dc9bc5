import { decodeMembers, encodeMembers, type Members } from "./lines";
import type { SealedFiles } from "./sealed-files";
import { partName } from "./seen-profiles";

/** Who belongs to a stream since its last completed refresh: `_braze/{stream}/members/{part}.bin`. */
export class MemberList {
  constructor(
    private readonly files: SealedFiles,
    private readonly folder: string,
  ) {}

  async read(part: number): Promise<Members> {
    const text = await this.files.readIfPossible(this.keyOf(part), "who belongs to the stream");
    return text === undefined ? new Map() : decodeMembers(text);
  }

  /** Stores a part, if it is not what is there already. */
  async replace(part: number, before: Members, after: Members): Promise<void> {
    if (!sameMembers(before, after)) await this.files.write(this.keyOf(part), encodeMembers(after));
  }

  private keyOf(part: number): string {
    return `${this.folder}${partName(part)}.bin`;
  }
}

function sameMembers(before: Members, after: Members): boolean {
  if (before.size !== after.size) return false;
  for (const [identity, names] of after) {
    const old = before.get(identity);
    if (old?.length !== names.length || old.some((name, position) => name !== names[position])) return false;
  }
  return true;
}
