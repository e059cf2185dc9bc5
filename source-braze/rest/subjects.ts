import type { JsonObject } from "@braze-connectors/shared/json";
import type { Settings } from "../settings";
import type { List, Rest } from "./rest";
import type { Partition } from "./series-state";

/** What a request is made for: an object of a parent list, an app, both, or the workspace as a whole. */
export interface Subject {
  /** Parameters that name it; also what a state remembers it by. */
  parameters: Partition;
  /** Columns that its records get. */
  columns: JsonObject;
}

/** A list whose entries another stream is read for. */
export interface Parent {
  list: List;
  /** The subject that an entry is; undefined for an entry without an identifier. */
  subject(entry: JsonObject): Subject | undefined;
}

/**
 * A parent whose entries have an identifier.
 * @param id column of the parent that holds it
 * @param parameter its name in requests
 * @param column its name in the child's records; default as in requests
 */
export const parent = (list: List, id: string, parameter: string, column = parameter): Parent => ({
  list,
  subject: (entry) => {
    const value = entry[id];
    return typeof value === "string" && value !== ""
      ? { parameters: { [parameter]: value }, columns: { [column]: value } }
      : undefined;
  },
});

/** For messages: `campaign_id 3bbc4555-…`. */
export const describeSubject = ({ parameters }: Subject): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

/** Everything that a stream has to be read for, in the order of the parent list, each once. */
export async function subjectsOf(
  { parent: of, perApp = false }: { parent?: Parent; perApp?: boolean },
  rest: Rest,
  { appIds }: Pick<Settings, "appIds">,
): Promise<Subject[]> {
  const objects = of === undefined ? [lone] : distinct(await rest.whole(of.list), of);
  if (!perApp || appIds.length === 0) return objects;
  return objects.flatMap(({ parameters, columns }) =>
    appIds.map((app_id) => ({ parameters: { ...parameters, app_id }, columns: { ...columns, app_id } })),
  );
}

const lone: Subject = { parameters: {}, columns: {} };

/** Whether a request is made for the workspace as a whole, and not for one object of several. */
export const isLone = ({ parameters }: Subject): boolean => Object.keys(parameters).length === 0;

function distinct(entries: readonly JsonObject[], { subject }: Parent): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const entry of entries) {
    const found = subject(entry);
    if (found !== undefined) subjects.set(JSON.stringify(found.parameters), found);
  }
  return [...subjects.values()];
}
