import { isObject, type Json } from "@braze-connectors/shared/json";
import { judge, type Outcome } from "../../pipeline/outcome";
import type { Outgoing } from "../../pipeline/update";

/**
 * Judges an answer of /users/external_ids/rename: `external_ids` lists the new ids that hold, and
 * `rename_errors` sentences that "reference the index of the object" (post_external_ids_rename).
 */
export function judgeRenames(status: number, body: unknown, objects: readonly Outgoing[]): Outcome {
  if (status >= 400 || !isObject(body) || !Array.isArray(body.rename_errors)) {
    return judge(status, body, objects);
  }
  const done = new Set(Array.isArray(body.external_ids) ? body.external_ids : []);
  const errors = body.rename_errors.map(placed);
  return {
    kind: "settled",
    fates: objects.map(({ body: { new_external_id: id } }, position) => {
      const named = errors.filter(({ index }) => index === position).map(({ sentence }) => sentence);
      if (named.length > 0) return { kind: "rejected", reason: named.join("; ") };
      if (id !== undefined && done.has(id)) return { kind: "accepted" };
      const stray = errors.find(({ index }) => index === undefined);
      return stray ? { kind: "unknown", reason: stray.sentence } : { kind: "accepted" };
    }),
  };
}

/** An error with the index that it names: as a pair, or as a number inside the sentence. */
function placed(error: Json): { index: number | undefined; sentence: string } {
  if (Array.isArray(error)) {
    const [index, sentence = ""] = error;
    if (typeof index === "number") return { index, sentence: String(sentence) };
  }
  const sentence = typeof error === "string" ? error : JSON.stringify(error);
  const number = /\bindex\D{0,3}(\d+)/i.exec(sentence)?.[1];
  return { index: number === undefined ? undefined : Number(number), sentence };
}
