/** docs/troubleshooting.md, the anchors that errors name, and the sentences in the code are held together here. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemError } from "./errors";
import { helpAnchors, withHelp } from "./help";

const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");

const sources = ["shared", "source-braze", "destination-braze"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .filter((path) => !/(^|\/)(dist|node_modules|testing)\//.test(path))
  .filter((path) => path !== "shared/airbyte/help.ts")
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
  // The catalog's and the state's file have the same sentences.
  .map(({ path, text }) => ({ path, text: text.replaceAll(`The \${what} file`, "The config file") }));
const code = sources.map(({ text }) => text).join("\n");

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

/** The text of a call from its opening parenthesis to the one that closes it. */
function callAt(text: string, start: number): string {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    if (text[index] === "(") depth += 1;
    if (text[index] === ")") depth -= 1;
    if (depth === 0) return text.slice(start, index + 1);
  }
  return text.slice(start);
}

test("the sections of the page are the anchors that errors may name", () => {
  expect(headings).toEqual([...helpAnchors]);
});

test.each(helpAnchors)("%s is named by an error", (anchor) => {
  expect(code.includes(`"${anchor}"`)).toBe(true);
});

// errors.ts makes them of what it is given.
const calls = sources
  .filter(({ path }) => path !== "shared/airbyte/errors.ts")
  .flatMap(({ path, text }) =>
    [...text.matchAll(/\b(config|transient|system|new Connector|new BrazeStatus)Error(?=\()/g)].map(
      (match) => ({ path, call: callAt(text, match.index + match[0].length) }),
    ),
  );

test("every error says where its help is", () => {
  const helpless = calls.filter(({ call }) => !/\bhelp\b/.test(call));
  expect(helpless).toEqual([]);
});

test("what nobody foresaw has help, too, and an error of a stream keeps its own", () => {
  const error = systemError("Odd.", { help: "unexpected" }).forStream("users");
  expect(withHelp(error.message, error.help)).toBe("Odd. (docs/troubleshooting.md#unexpected)");
  expect(withHelp("As it is.", undefined)).toBe("As it is.");
});

const quoted = [...page.matchAll(/^> - (.+)$/gm)].map(([, sentence = ""]) => sentence);

test("the page quotes sentences", () => {
  expect(quoted.length).toBeGreaterThan(60);
});

test.each(quoted)("the code can say: %s", (sentence) => {
  // Only runs of words: how they are put together is the code's business.
  const words = sentence.split(/[…".,;:()]/).map((text) => text.trim());
  expect(words.filter((text) => text.split(" ").length > 2 && !code.includes(text))).toEqual([]);
});

/** A text in the code; in templates there may be others. */
const literal = /`(?:\$\{(?:[^{}`]|`[^`]*`)*\}|[^`])*`|"[^"]*"|'[^']*'/.source;

/** What is said behind something, wherever that stands in the code. */
const saidBehind = (start: string, text: string): string[] =>
  Array.from(text.matchAll(new RegExp(`(?:${start})\\s*(${literal})`, "g"))).map(
    ([, sentence = ""]) => sentence,
  );

/** Whether a sentence of the page is this one: all that stands around its `…` does here, too. */
const isQuotedBy = (sentence: string) => (quote: string) =>
  quote.split("…").every((part) => sentence.includes(part.trim()));

test("the page quotes every sentence that an error has of its own", () => {
  const sentences = [
    ...calls.flatMap(({ call }) => saidBehind(`^\\((?:\\s*"\\w+_error",)?`, call)),
    // S3's, which name their help first, and those for Braze's statuses.
    ...saidBehind(helpAnchors.map((anchor) => `"${anchor}",`).join("|"), code),
    ...saidBehind("sentence: \\([^)]*\\) =>", code),
  ];
  expect(sentences.length).toBeGreaterThan(70);
  // Two are made of others.
  const own = sentences.filter((sentence) => !/\$\{only\} |\$\{path\} \$\{reason\}/.test(sentence));
  expect(own.filter((sentence) => !quoted.some(isQuotedBy(sentence)))).toEqual([]);
});
