/** What makes a page usable for people who do not see it; each check returns what is wrong. Runs inside the page. */
export function structureProblems(): string[] {
  const problems: string[] = [];
  const all = <E extends Element>(selector: string): E[] => [...document.querySelectorAll<E>(selector)];
  const must = (isRight: boolean, problem: string): void => {
    if (!isRight) problems.push(problem);
  };
  const textOf = (element: Element | null): string => element?.textContent?.trim() ?? "";

  must(document.documentElement.lang === "en", "no language");
  must(document.title.trim() !== "", "no title");
  must(all("h1").length === 1, `${all("h1").length} h1`);
  must(all("main").length === 1, `${all("main").length} main`);
  must(all("body > header, body > div > header").length === 1, "no header");
  must(all("footer").length === 1, "no footer");
  for (const nav of all("nav")) must(nav.hasAttribute("aria-label"), "a nav without a name");

  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    must(next <= level + 1, `h${next} after h${level}: ${textOf(heading)}`);
    must(textOf(heading) !== "", `an empty h${next}`);
    level = next;
  }

  for (const table of all<HTMLTableElement>("table")) {
    must(textOf(table.caption) !== "", "a table without a caption");
    for (const cell of table.querySelectorAll("th"))
      must(cell.scope !== "", `a th without scope: ${textOf(cell)}`);
    for (const row of table.tBodies[0]?.rows ?? []) {
      must(row.cells[0]?.scope === "row", `a row without a head: ${textOf(row)}`);
      must(
        row.cells.length === table.tHead?.rows[0]?.cells.length,
        `a row of another length: ${textOf(row)}`,
      );
    }
  }

  for (const svg of all<SVGElement>("svg")) {
    if (svg.getAttribute("aria-hidden") === "true") continue;
    must(svg.getAttribute("role") === "img", "an svg that is no img");
    for (const attribute of ["aria-labelledby", "aria-describedby"]) {
      const named = document.getElementById(svg.getAttribute(attribute) ?? "");
      must(named !== null && svg.contains(named) && textOf(named) !== "", `an svg without ${attribute}`);
    }
    const section = svg.closest("section");
    must(section?.querySelector("details table") !== null, "a chart without its numbers as a table");
  }

  for (const element of all<HTMLElement>("*")) {
    if (!/auto|scroll/.test(getComputedStyle(element).overflowX)) continue;
    must(element.tabIndex === 0, "what scrolls can't be reached by keyboard");
    must(element.hasAttribute("aria-labelledby"), "what scrolls has no name");
  }

  const ids = all("[id]").map(({ id }) => id);
  must(new Set(ids).size === ids.length, `an id twice: ${ids.filter((id, at) => ids.indexOf(id) !== at)}`);
  for (const link of all<HTMLAnchorElement>('a[href^="#"]')) {
    must(document.getElementById(link.hash.slice(1)) !== null, `a link to nowhere: ${link.hash}`);
  }
  for (const named of all("[aria-labelledby]")) {
    const id = named.getAttribute("aria-labelledby") ?? "";
    must(document.getElementById(id) !== null, `a name from nowhere: ${id}`);
  }
  for (const link of all("a, summary, button")) must(textOf(link) !== "", "a control without a name");
  return problems;
}
