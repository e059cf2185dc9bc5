import { createHash } from "node:crypto";
import { systemError, transientError } from "../airbyte/errors";
import type { JsonObject } from "../json";

/** How long a list may be. */
export interface LongestList {
  pages: number;
  /** Empty pages in a row that still promise another one. */
  emptyPages: number;
}

/** At 250,000 requests an hour, and a tenth of a second each, this takes three hours: no list is so long. */
export const longestList: LongestList = { pages: 100_000, emptyPages: 1000 };

/**
 * Notices pages that lead nowhere: cursors that come back, pages that were there before, and lists that never
 * end. To go on would never end either; to stop without a word would lose what comes after.
 */
export class CircleGuard {
  private readonly cursors = new Set<string>();
  private readonly contents = new Set<string>();
  private pages = 0;
  private emptyPages = 0;

  constructor(
    private readonly path: string,
    private readonly longest: LongestList = longestList,
  ) {}

  /**
   * Takes note of a page.
   * @param cursor of the next one, if pages are told apart by cursors
   * @throws transient_error for a circle, system_error for a list without end
   */
  look(entries: readonly JsonObject[], cursor: unknown): void {
    const isCircle =
      (cursor !== undefined && isKnown(this.cursors, String(cursor))) ||
      (entries.length > 0 && isKnown(this.contents, digestOf(entries)));
    if (isCircle) {
      throw transientError(
        `The pages of ${this.path} lead in a circle: Braze answers with one that was there before. Try again later.`,
        { help: "odd-answer" },
      );
    }
    this.pages += 1;
    this.emptyPages = entries.length === 0 ? this.emptyPages + 1 : 0;
    if (this.pages >= this.longest.pages || this.emptyPages >= this.longest.emptyPages) {
      throw systemError(
        `The pages of ${this.path} do not end: Braze promises another one after ${this.pages}${this.emptyPages > 0 ? `, the last ${this.emptyPages} of them empty` : ""}.`,
        { help: "odd-answer" },
      );
    }
  }
}

/** Whether something is known; from now on it is. */
function isKnown(known: Set<string>, what: string): boolean {
  if (known.has(what)) return true;
  known.add(what);
  return false;
}

const digestOf = (entries: readonly JsonObject[]): string =>
  createHash("sha256").update(JSON.stringify(entries)).digest("base64url").slice(0, 22);
