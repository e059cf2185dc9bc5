import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import validateDestinationConfig from "@braze-connectors/spec/validators/validateDestinationConfig";
import validateSourceConfig from "@braze-connectors/spec/validators/validateSourceConfig";
import type { ValidateFunction } from "ajv";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { formNodes, isSchema, type Schema, variantsOf } from "../../spec/form-nodes";
import destination from "../../spec/generated/destination-braze.schema.json";
import source from "../../spec/generated/source-braze.schema.json";
import { describeInBrowser, launch, open, picture, views } from "./chromium";

const look = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  fieldset { border: 1px solid #ccc; border-radius: 6px; margin: 1rem 0; padding: 0 1rem 1rem; min-width: 0; }
  label, legend { font-weight: 600; } .field-description { color: #555; font-size: .9rem; }
  input:not([type=checkbox]):not([type=radio]), select { width: 100%; font: inherit; padding: .3rem; box-sizing: border-box; }
  .rjsf-field { margin: 1rem 0; } svg { width: 1em; height: 1em; } i::before { content: attr(class); font-size: .7rem; }
`;

let browser: Browser;
let folder: string;
let script: string;

/** Hosts leave hidden keys out of forms, and out of what comes of them. */
const shownIn = (schema: Schema): Schema =>
  JSON.parse(
    JSON.stringify(schema, (_, value) =>
      isSchema(value) && value.airbyte_hidden === true ? undefined : value,
    ),
  );

async function formOf(schema: Schema): Promise<string> {
  const path = join(folder, `${Math.random()}.html`);
  const data = JSON.stringify(shownIn(schema)).replaceAll("<", "\\u003c");
  await writeFile(
    path,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><style>${look}</style>
<div id="form"></div><script>window.connectorSchema = ${data}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script></html>`,
  );
  return pathToFileURL(path).href;
}

/** What stands above the fields, in the order of the page. */
const labelsOf = (page: Page): Promise<string[]> =>
  page
    .locator("label, legend, .control-label, h5")
    .evaluateAll((elements) =>
      elements.map((element) => (element.textContent ?? "").replace(/\*$/, "").trim()),
    );

/** Adds an element to every list, and to the lists in it. */
async function fillLists(page: Page): Promise<void> {
  for (let lists = 0; lists < 50; lists++) {
    const empty = page.locator(".rjsf-field-array:not(:has(.rjsf-array-item)) .rjsf-array-item-add button");
    if ((await empty.count()) === 0) return;
    await empty.first().click();
  }
  throw new Error("There is no end of lists");
}

/** Titles of fields by their order; this library shows a choice under the title of what is chosen. */
const titlesIn = (schema: unknown): string[] =>
  Object.values(isSchema(schema) && isSchema(schema.properties) ? schema.properties : {})
    .filter(isSchema)
    .filter(({ airbyte_hidden }) => airbyte_hidden !== true)
    .sort((a, b) => Number(a.order) - Number(b.order))
    .map((field) => String((variantsOf(field)[0] ?? field).title));

describeInBrowser("the configuration as a form", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "form-test-"));
    const { outputFiles } = await build({
      entryPoints: [join(__dirname, "form-page.ts")],
      bundle: true,
      write: false,
      minify: true,
      format: "iife",
      define: { "process.env.NODE_ENV": '"production"' },
    });
    script = outputFiles[0]?.text ?? "";
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each<[string, Schema, ValidateFunction]>([
    ["source-braze", source, validateSourceConfig],
    ["destination-braze", destination, validateDestinationConfig],
  ])("of %s", (name, schema, validate) => {
    const keys = new Set(
      formNodes(schema)
        .filter(({ kind }) => kind === "property")
        .map(({ name: key }) => key),
    );
    let page: Page;
    let complaints: string[];

    beforeEach(async () => {
      const [, , desk] = views;
      if (!desk) throw new Error("There is no such view");
      ({ page, complaints } = await open(browser, await formOf(schema), desk));
      await page.waitForSelector("form");
    });
    afterEach(async () => {
      expect(complaints).toEqual([]);
      await page.close();
    });

    /** Nothing on the page is called by its key, or not at all. */
    async function expectNamed(): Promise<void> {
      const labels = await labelsOf(page);
      expect(labels.length).toBeGreaterThan(5);
      expect(labels.filter((label) => keys.has(label) || label.includes("_") || label === "")).toEqual([]);
      expect(await page.locator("fieldset:not(:has(> legend))").count()).toBe(0);
      expect(await page.getByText(/unknown field type|unsupported field/i).count()).toBe(0);
    }

    test("calls everything by its title, also inside lists and choices", async () => {
      await expectNamed();
      await fillLists(page);
      await picture(page, `form ${name}`);
      await expectNamed();
      const choices = page.locator("select[id$='__oneof_select'], select[id$='__anyof_select']");
      for (let choice = 0; choice < (await choices.count()); choice++) {
        const options = await choices.nth(choice).locator("option").allTextContents();
        expect(options.length).toBeGreaterThan(1);
        for (const label of options) {
          await choices.nth(choice).selectOption({ label });
          await expectNamed();
          await picture(page, `form ${name} ${label}`);
        }
      }
    });

    test("shows its fields in their order", async () => {
      const titles = titlesIn(schema);
      const labels = (await labelsOf(page)).filter((label) => titles.includes(label));
      const firsts = labels.filter((label, at) => labels.indexOf(label) === at);
      expect(firsts).toEqual(titles);
    });

    test("hides secrets, offers the instances of Braze, and shows what is the default", async () => {
      expect(await page.getByLabel("REST API key").getAttribute("type")).toBe("password");
      const url = page.getByLabel("REST endpoint");
      const list = await url.getAttribute("list");
      expect(await page.locator(`datalist[id="${list}"] option`).count()).toBe(15);
      const defaults = formNodes(schema).filter(
        ({ kind, schema: each }) =>
          kind === "property" && (each.type === "integer" || each.type === "number"),
      );
      for (const { path, schema: each } of defaults) {
        if (!("default" in each) || path.includes("<")) continue;
        const shown = page.locator(`#root_${path.replaceAll(".", "_")}`);
        expect([path, await shown.inputValue()]).toEqual([path, String(each.default)]);
      }
    });

    test("gives a config that the connector takes, when only what is required is filled in", async () => {
      await page.getByRole("button", { name: "Submit" }).click();
      expect(await page.evaluate(() => window.submitted)).toBeUndefined();
      await page.getByLabel("REST endpoint").fill("https://rest.fra-02.braze.eu");
      await page.getByLabel("REST API key").fill("a-key");
      await page.getByRole("button", { name: "Submit" }).click();
      const config = await page.evaluate(() => window.submitted);
      expect(config).toMatchObject({ url: "https://rest.fra-02.braze.eu", api_key: "a-key" });
      expect([validate(config), validate.errors]).toEqual([true, null]);
    });
  });
});
