import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { count } from "../../wording";
import type { Basis } from "./changes";
import { DamagedIndexError } from "./index-part";
import type { IndexStore, LoadedIndex } from "./index-store";
import { UserTable } from "./user-table";

export interface WantedBasis {
  /** The segment, for people. */
  segment: string;
  /** The index that the state names; undefined when it names none. */
  index: string | undefined;
  /** Fingerprint of the columns wanted now. */
  columns: string;
  /** Whether users were emitted that the index does not know: then it can't tell who is unchanged. */
  emittedBesideIndex: boolean;
}

/** Opens what an export is compared with. When nothing can be compared, every user is emitted, and a log line says why. */
export async function openBasis(store: IndexStore, wanted: WantedBasis, log: Logger): Promise<Basis> {
  const { segment, index, columns } = wanted;
  if (index === undefined) {
    log.info(`By the state, ${segment} was not exported incrementally before: every user is emitted.`);
    return nothing();
  }
  let loaded: LoadedIndex;
  try {
    loaded = await store.load(index);
  } catch (error) {
    if (!(error instanceof DamagedIndexError)) throw error;
    log.warn(
      `The index of the last export of ${segment} can't be used (${store.placeOf(index)}: ${error.message}): every user is emitted, and who left since then is not known.`,
    );
    return nothing();
  }
  const { table, previous, exportedAt } = loaded;
  const emitsAll = loaded.columns !== columns || wanted.emittedBesideIndex;
  log.info(
    wanted.emittedBesideIndex
      ? `An export of ${segment} was given up after some of its users were emitted: every user is emitted.`
      : emitsAll
        ? `Columns or mapping are not those of the last export of ${segment}, requested at ${exportedAt}: every user is emitted.`
        : `Comparing ${segment} with its export of ${exportedAt} (${count(table.size, "user")}).`,
  );
  return { index, previous, table, emitsAll };
}

const nothing = (): Basis => ({
  index: undefined,
  previous: undefined,
  table: new UserTable(),
  emitsAll: false,
});
