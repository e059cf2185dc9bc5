import { messageOf } from "@braze-connectors/shared/braze/errors";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import type { Outcome } from "../../pipeline/outcome";
import type { Outgoing } from "../../pipeline/update";

/**
 * Judges an answer about catalog items. One wrong item refuses the whole request:
 * `{"errors": [{"id": "invalid-fields", "message": …, "parameters": ["id"], "parameter_values": ["item-1"]}]}`
 * (the Troubleshooting of each page); where the error names its items, the others are sent again without them.
 */
export function judgeCatalog(status: number, body: unknown, objects: readonly Outgoing[]): Outcome {
  if (status < 400) return { kind: "settled", fates: objects.map(() => ({ kind: "accepted" })) };
  const reason = messageOf(body) ?? `Braze answered ${status}`;
  if (status === 413) return { kind: "split", reason: "The request is larger than Braze accepts." };
  // No item is at fault when the catalog is gone.
  if (status === 404) return { kind: "settled", fates: objects.map(() => ({ kind: "rejected", reason })) };
  const named = itemsNamed(body);
  if (!objects.some((outgoing) => named.has(String(outgoing.body.id)))) return { kind: "split", reason };
  return {
    kind: "settled",
    fates: objects.map(({ body: { id } }) => {
      const own = named.get(String(id));
      return own === undefined ? { kind: "not accepted", reason } : { kind: "rejected", reason: own };
    }),
  };
}

/** For each item that an error names, what is wrong with it. */
function itemsNamed(body: unknown): Map<string, string> {
  const named = new Map<string, string>();
  const errors = isObject(body) && Array.isArray(body.errors) ? body.errors.filter(isObject) : [];
  for (const error of errors) {
    for (const id of idsIn(error)) named.set(id, reasonOf(error));
  }
  return named;
}

function idsIn({ parameters, parameter_values: values }: JsonObject): string[] {
  if (!Array.isArray(parameters) || !Array.isArray(values)) return [];
  if (parameters[0] !== "id" && parameters[0] !== "item_id") return [];
  return values.filter((value) => typeof value === "string");
}

const reasonOf = ({ id, message }: JsonObject): string =>
  [id, message].filter((part) => typeof part === "string").join(": ");
