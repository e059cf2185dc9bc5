/** What the documentation points to is there. */
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { scripts } from "../package.json";
import { anchorsOf, linksOf, pages, pageText, prose, root } from "./markdown";

/** What is wrong with a link of a page, if anything. */
function problemOf(page: string, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (target.startsWith("..")) return "leads out of the repository";
  if (!existsSync(join(root, target))) return "leads nowhere";
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return "names a section of something that has none";
  return anchorsOf(pageText(target)).has(anchor) ? undefined : "names a section that is not there";
}

test.each(pages)("%s: every link leads somewhere", (page) => {
  const broken = linksOf(pageText(page)).flatMap((link) => {
    const problem = problemOf(page, link);
    return problem === undefined ? [] : [`${link} ${problem}`];
  });
  expect(broken).toEqual([]);
});

test("a link to nowhere is found", () => {
  expect(problemOf("docs/mapping.md", "nowhere.md")).toBe("leads nowhere");
  expect(problemOf("docs/mapping.md", "mapping.md#nothing")).toBe("names a section that is not there");
  expect(problemOf("docs/mapping.md", "../../elsewhere")).toBe("leads out of the repository");
  expect(problemOf("docs/mapping.md", "../README.md#quick-start")).toBeUndefined();
});

test.each(pages)("%s: every script of npm that it names exists", (page) => {
  const named = Array.from(pageText(page).matchAll(/npm run ([\w:]+)/g)).map(([, name = ""]) => name);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test.each(pages)("%s leaves nothing to be done", (page) => {
  expect(prose(pageText(page))).not.toMatch(/\b(TODO|FIXME|TBD|XXX)\b/);
});

test("the README names every page of docs/", () => {
  const readme = pageText("README.md");
  const topics = pages.filter((page) => page.startsWith("docs/") && dirname(page) === "docs");
  expect(topics.length).toBeGreaterThan(12);
  expect(topics.filter((page) => !readme.includes(page))).toEqual([]);
});
