/** A headless Chromium for tests that look at pages. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const options = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * `describe` where there is a Chromium; elsewhere the tests are skipped, and it is said why. In CI they are never
 * skipped: there they fail without one.
 */
export const describeInBrowser = ((): typeof describe => {
  if (existsSync(executablePath) || process.env.CI === "true") return describe;
  process.stderr.write(
    `Browser tests are skipped: there is no Chromium at ${executablePath} (apt-get install chromium, or set CHROMIUM).\n`,
  );
  return describe.skip as unknown as typeof describe;
})();

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: options });

export interface View {
  name: string;
  width: number;
  scheme: "light" | "dark";
}

/** A phone and a desk, by day and by night. */
export const views: readonly View[] = [
  { name: "phone, light", width: 390, scheme: "light" },
  { name: "phone, dark", width: 390, scheme: "dark" },
  { name: "desktop, light", width: 1280, scheme: "light" },
  { name: "desktop, dark", width: 1280, scheme: "dark" },
];

/** An opened page, with all that it asked for and complained about. */
export interface Opened {
  page: Page;
  /** URLs beside its own. */
  requests: string[];
  complaints: string[];
}

export async function open(browser: Browser, url: string, { width, scheme }: View): Promise<Opened> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  const opened: Opened = { page, requests: [], complaints: [] };
  page.on("request", (request) => {
    if (request.url() !== url) opened.requests.push(request.url());
  });
  page.on("console", (message) => opened.complaints.push(message.text()));
  page.on("pageerror", (error) => opened.complaints.push(error.message));
  page.on("dialog", (dialog) => {
    opened.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return opened;
}

/** Keeps a picture for people who want to look: in the folder that SCREENSHOTS names, if it names one. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({
    path: join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`),
    fullPage: true,
  });
}
