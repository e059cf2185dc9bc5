import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import type { ReportDocument } from "../../destination-braze/report/document";
import { page as pageOf } from "../../destination-braze/report/page/page";
import { reportDocument } from "../../destination-braze/testing/report-document";
import { run } from "../harness";
import { startBraze } from "../sandbox";
import { describeInBrowser, launch, open, picture, views } from "./chromium";
import { contrastProblems } from "./contrast";
import { keyboardRound } from "./keyboard";
import { structureProblems } from "./structure";

let browser: Browser;
let folder: string;

/** Everything that would do harm, or break the page, if it were taken for more than text. */
const hostile =
  "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&lt;\u202egnp.exe\u0000\ud800" +
  `${"w".repeat(400)} javascript:alert(3)`;

/** As hostile as a record may be: half a character would be a reason to reject it. */
const wellFormed = hostile.toWellFormed();

/** A report in which every text that comes from outside is hostile. */
function hostileDocument(): ReportDocument {
  const [group] = reportDocument().rejected_groups;
  const [stream] = Object.values(reportDocument().streams);
  if (!group || !stream) throw new Error("The report has no group or stream");
  return reportDocument({
    sync_id: hostile,
    status: "failed",
    failure: hostile,
    rejected_at: hostile,
    streams: { [hostile]: { ...stream, object: hostile, notes: { [hostile]: 3 } } },
    attributes: { [hostile]: { received: 2, sent: 1, undelivered: 0 } },
    answers: { [hostile]: 1 },
    slowest_requests: [{ at_ms: 0, endpoint: hostile, status: 201, duration_ms: 1, bytes: 1 }],
    rejected_groups: [
      {
        ...group,
        stream: hostile,
        message: hostile,
        field: hostile,
        examples: [
          { rejected_at: "2026-01-02T03:05:00.000Z", fields: { [hostile]: hostile }, more_fields: 0 },
        ],
      },
    ],
  });
}

/** The page of a sync as the connector itself leaves it behind. */
async function pageOfRealSync(): Promise<string> {
  const braze = await startBraze();
  try {
    const { apiKey, faults } = braze.createWorkspace();
    faults.rejectObject(({ external_id }) => (external_id === "u7" ? `${hostile} is refused` : null));
    const records = Array.from({ length: 200 }, (_, index) => ({
      type: "RECORD",
      record: {
        stream: "users",
        emitted_at: 1,
        data: {
          ...(index % 9 === 0 ? {} : { external_id: `u${index}` }),
          note: wellFormed.slice(0, 250),
          ...(index === 5 ? { [wellFormed]: index } : {}),
        },
      },
    }));
    const finished = await run("destination-braze", "write", {
      config: {
        url: braze.url,
        api_key: apiKey,
        report_values: "shown",
        object_storage_config: { storage_type: "Local", directory: folder },
        limits: { requests_per_3_seconds: 6, objects_per_request: 40 },
      },
      catalog: {
        streams: [
          {
            stream: { name: "users", json_schema: {}, supported_sync_modes: ["full_refresh"] },
            sync_mode: "full_refresh",
            destination_sync_mode: "append",
            sync_id: 7,
          },
        ],
      },
      input: records.map((message) => `${JSON.stringify(message)}\n`),
    });
    expect(finished.exitCode).toBe(0);
    return await readFile(join(folder, "7", "report.html"), "utf8");
  } finally {
    await braze.close();
  }
}

const pages: Record<string, () => string | Promise<string>> = {
  "a sync": () => pageOf(reportDocument()),
  "a hostile sync": () => pageOf(hostileDocument()),
  "a sync under way": () =>
    pageOf(reportDocument({ status: "running", ended_at: null, received: 2_000_000 })),
  "a real sync": pageOfRealSync,
};

describeInBrowser("the report as a page", () => {
  const urls = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-test-"));
    for (const [name, make] of Object.entries(pages)) {
      const path = join(folder, `${name.replaceAll(" ", "-")}.html`);
      await writeFile(path, await make());
      urls.set(name, pathToFileURL(path).href);
    }
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(Object.keys(pages))("of %s", (name) => {
    const url = (): string => urls.get(name) ?? "";

    test.each(views)("can be read on a $name", async (view) => {
      const { page, requests, complaints } = await open(browser, url(), view);
      await picture(page, `report ${name} ${view.name}`);
      for (const details of await page.locator("details").all()) {
        await details.evaluate((element) => element.setAttribute("open", ""));
      }
      await picture(page, `report ${name} ${view.name} opened`);
      expect(await page.evaluate(structureProblems)).toEqual([]);
      expect(await page.evaluate(contrastProblems)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(view.width);
      expect(requests).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    });

    test.each([views[0], views[2]])("can be operated by keyboard on a $name", async (view) => {
      if (!view) throw new Error("There is no such view");
      const { page } = await open(browser, url(), view);
      const { controls, reached } = await keyboardRound(page);
      expect(controls.length).toBeGreaterThan(5);
      expect(reached).toEqual(controls);
      await page.close();
    });

    test("runs nothing and loads nothing, not even what somebody gets into it", async () => {
      const [view] = views;
      if (!view) throw new Error("There is no view");
      const { page } = await open(browser, url(), view);
      const outcomes: unknown[] = [];
      page.on("requestfailed", (request) => outcomes.push([request.url(), request.failure()?.errorText]));
      page.on("requestfinished", (request) => outcomes.push([request.url(), "was loaded"]));
      expect(
        await page.evaluate(() => document.querySelectorAll("script, img, iframe, link, form").length),
      ).toBe(0);
      await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'run'";
        const image = document.createElement("img");
        image.src = "http://127.0.0.1:9/tracker.png";
        const coloured = document.createElement("p");
        coloured.innerHTML = '<b onclick="document.title = \'run\'" style="color: red">x</b>';
        document.body.append(script, image, coloured);
        coloured.querySelector("b")?.click();
      });
      expect(await page.title()).not.toBe("run");
      expect(outcomes).toEqual([["http://127.0.0.1:9/tracker.png", "csp"]]);
      await page.close();
    });
  });

  test("shows hostile text as the text that it is", async () => {
    const [view] = views;
    if (!view) throw new Error("There is no view");
    const { page } = await open(browser, urls.get("a hostile sync") ?? "", view);
    const shown = hostile.replaceAll("\u0000", "\ufffd").replaceAll("\ud800", "\ufffd");
    for (const selector of [
      "h1",
      ".remark",
      "article h3 bdi",
      ".record dt",
      ".record dd",
      "#streams-table",
    ]) {
      const element = page.locator(
        selector === "#streams-table" ? "table:has(#streams-table) tbody th" : selector,
      );
      expect(await element.first().evaluate((found) => found.textContent)).toContain(shown);
    }
    await page.close();
  });

  test("shows the values of a real sync, and where its records are", async () => {
    const [view] = views;
    if (!view) throw new Error("There is no view");
    const { page } = await open(browser, urls.get("a real sync") ?? "", view);
    const text = await page.evaluate(() => document.body.textContent ?? "");
    expect(text).toContain("Sync 7 complete");
    expect(text).toContain("200 records in ");
    expect(text).toContain("25 records could not be delivered.");
    expect(text).toContain("The record has no external_id, user_alias, braze_id, email or phone.");
    expect(text).toContain(`${folder}/7/rejected/`);
    expect(text).toContain("onerror=alert(2)");
    expect(text).toMatch(/Waiting for the rate limit \d+ %/);
    await page.close();
  });
});
