/**
 * Texts that are hard to read, and shapes that are hard to see, by WCAG 2.2: 4.5 to 1, or 3 to 1 for large text and for
 * shapes. Runs inside the page.
 */
export function contrastProblems(): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Colour => {
    const numbers = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 1];
  };
  const luminance = ([red, green, blue]: Colour): number => {
    const linear = (value: number): number =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const ratio = (a: Colour, b: Colour): number => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };
  const backgroundOf = (element: Element | null): Colour => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error(`A half transparent background at ${at.outerHTML.slice(0, 100)}`);
    }
    return [255, 255, 255, 1];
  };

  const problems: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let looked = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (!element || text === "" || !element.checkVisibility() || element.closest("svg")) continue;
    looked += 1;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
    const size = Number.parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    const found = ratio(parse(color), backgroundOf(element));
    if (found < (isLarge ? 3 : 4.5) || opacity !== "1") {
      problems.push(`${found.toFixed(2)} for "${text.slice(0, 40)}" (${color})`);
    }
    if (size < 12) problems.push(`${size} px for "${text.slice(0, 40)}"`);
  }
  if (looked < 10) problems.push(`only ${looked} texts were found`);

  for (const shape of document.querySelectorAll(".area, .swatch, .state")) {
    const style = getComputedStyle(shape);
    const colour = parse(shape instanceof SVGElement ? style.fill : style.backgroundColor);
    const found = ratio(colour, backgroundOf(shape.closest("figure, section, header")));
    if (found < 3) problems.push(`${found.toFixed(2)} for the shape ${shape.getAttribute("class")}`);
  }
  return problems;
}
