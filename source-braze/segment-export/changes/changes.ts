import type { JsonLine } from "../json-line";
import { ContentHash } from "./content-hash";
import { isBrazeId, type UserTable } from "./user-table";

/** What an export is compared with. */
export interface Basis {
  /** Name of the index; undefined when there is none, and every user counts as new. */
  index: string | undefined;
  /** The index before that one. */
  previous: string | undefined;
  /** The users of the index. */
  table: UserTable;
  /** Whether every user is emitted nevertheless, because the hashes are of other columns. */
  emitsAll: boolean;
}

/** Finds out what is new in an export. It must see every line of it, those of an earlier run too. */
export class Changes {
  /** Users without an identifier as Braze gives them: always emitted, never reported as gone. */
  strangers = 0;
  private readonly hash: ContentHash;

  /** @param counts whether a member of an exported object counts, by its key */
  constructor(
    readonly basis: Basis,
    counts: (key: string) => boolean,
  ) {
    this.hash = new ContentHash(counts);
  }

  /** Takes note of an exported user. @returns whether it is new, or differs from what was known */
  isNews({ text, value }: JsonLine): boolean {
    const { braze_id: id } = value;
    if (!isBrazeId(id)) {
      this.strangers += 1;
      return true;
    }
    const finding = this.basis.table.see(id, this.hash.of(text));
    return this.basis.emitsAll || finding !== "same";
  }

  /** Identifiers of the users who are not in the export any more. Only after its last line. */
  leavers(): Generator<string> {
    return this.basis.table.unseen();
  }

  get leaverCount(): number {
    const { size, seen } = this.basis.table;
    return size - seen;
  }
}
