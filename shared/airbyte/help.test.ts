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
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const code = sources
  .map(({ text }) => text)
  .join("\n")
  .replaceAll(`The \${what} file`, "The config file");

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

test("every error says where its help is", () => {
  // errors.ts makes them of what it is given.
  const callers = sources.filter(({ path }) => path !== "shared/airbyte/errors.ts");
  const helpless = callers.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(config|transient|system|new Connector|new BrazeStatus)Error(?=\()/g)]
      .map((match) => callAt(text, match.index + match[0].length))
      .filter((call) => !/\bhelp\b/.test(call))
      .map((call) => `${path}: ${call}`),
  );
  expect(helpless).toEqual([]);
});

test("what nobody foresaw has help, too, and an error of a stream keeps its own", () => {
  const error = systemError("Odd.", { help: "unexpected" }).forStream("users");
  expect(withHelp(error.message, error.help)).toBe("Odd. (docs/troubleshooting.md#unexpected)");
  expect(withHelp("As it is.", undefined)).toBe("As it is.");
});

const quoted = [...page.matchAll(/^> (.+)$/gm)].map(([, sentence = ""]) => sentence);

test("the page quotes sentences", () => {
  expect(quoted.length).toBeGreaterThan(60);
});

test.each(quoted)("the code can say: %s", (sentence) => {
  // Only runs of words: how they are put together is the code's business.
  const words = sentence.split(/[…".,;:()]/).map((text) => text.trim());
  expect(words.filter((text) => text.split(" ").length > 2 && !code.includes(text))).toEqual([]);
});
