import { readFileSync } from "node:fs";
import { join } from "node:path";
import { objectRows } from "./object-table";

test("the README has the table of the objects", () => {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
  const [, section = ""] = readme.split("## Objects of destination-braze\n");
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(objectRows());
});
