import { isObject, type Json, type JsonObject } from "../json";
import { setOwn } from "./own";

/** Where a value goes: the names from the object's top to the value. */
export type TargetPath = readonly string[];

/** Reads an `as`: dots nest (`properties.colour`), and `\.` is a dot in a name. */
export function parseTargetPath(as: string): string[] {
  const names = [""];
  for (const part of as.match(/\\\.|\.|[^.\\]+|\\/g) ?? []) {
    if (part === ".") names.push("");
    else names[names.length - 1] += part === "\\." ? "." : part;
  }
  return names;
}

/** An `as` that means exactly this name. */
export const escapeName = (name: string): string => name.replaceAll(".", "\\.");

/** Puts a value into a body. */
export type Put = (body: JsonObject, value: Json) => void;

/** Compiles the way to a target. Objects on the way are made, and must not be anything else already. */
export function compilePut(path: TargetPath): Put {
  const [name = "", ...deeper] = path;
  if (deeper.length === 0) return (body, value) => setOwn(body, name, value);
  const putDeeper = compilePut(deeper);
  return (body, value) => {
    const present = Object.hasOwn(body, name) ? body[name] : undefined;
    if (isObject(present)) return putDeeper(present, value);
    const made: JsonObject = {};
    setOwn(body, name, made);
    putDeeper(made, value);
  };
}
