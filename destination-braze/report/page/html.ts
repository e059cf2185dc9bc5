/** Text that is HTML already. Everything else that gets into a page is escaped on the way. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

/** Puts HTML together: what stands in the literal is HTML, what is put in is text unless it is Html. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.map((literal, index) => literal + printed(parts[index])).join(""));
}

function printed(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(printed).join("");
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Safe between tags and in quoted attributes. Control characters have no place in HTML, and half a surrogate pair has
 * none in UTF-8: both become the replacement character.
 */
const escaped = (text: string): string =>
  Buffer.from(text)
    .toString()
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
