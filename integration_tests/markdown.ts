/** The documentation as tests see it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "..");

export const pageText = (path: string): string => readFileSync(join(root, path), "utf8");

/** The pages that people read, by their path in the repository. */
export const pages: readonly string[] = [
  "README.md",
  "CHANGELOG.md",
  "source-braze/README.md",
  "destination-braze/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** The bodies of a page's code blocks in a language. */
export const codeBlocks = (text: string, language: string): string[] =>
  Array.from(text.matchAll(/^```(\w*)\n(.*?)^```$/gms))
    .filter(([, said]) => said === language)
    .map(([, , body = ""]) => body);

/** A page without its code blocks. */
export const prose = (text: string): string => text.replace(/^```\w*\n.*?^```$/gms, "");

/** Where the links of a page lead. */
export const linksOf = (text: string): string[] =>
  Array.from(prose(text).matchAll(/\]\(([^)\s]+)\)/g)).map(([, target = ""]) => target);

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
