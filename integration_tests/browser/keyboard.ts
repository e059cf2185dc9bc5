import type { Page } from "playwright-core";

/** What can be operated and what the Tab key comes by: they should be the same, in the same order. */
export async function keyboardRound(page: Page): Promise<{ controls: string[]; reached: string[] }> {
  const controls = await page.evaluate(() => {
    const elements = [
      ...document.querySelectorAll("a[href], summary, button, input, select, [tabindex='0']"),
    ];
    return elements.filter((element) => element.checkVisibility()).map(nameOf);
    function nameOf(element: Element): string {
      return `${element.tagName} ${element.textContent?.trim().replaceAll(/\s+/g, " ").slice(0, 60)}`;
    }
  });
  const reached: string[] = [];
  for (let press = 0; press <= controls.length; press++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return "";
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isSeen = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      const text = element.textContent?.trim().replaceAll(/\s+/g, " ").slice(0, 60);
      return `${element.tagName} ${text}${isSeen ? "" : " (without an outline)"}`;
    });
    if (name === "") break;
    reached.push(name);
  }
  return { controls, reached };
}
