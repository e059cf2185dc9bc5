/**
 * Fails when a dependency, direct or not, has a licence other than those of the house, unless it is
 * listed here with the reason. Reads package-lock.json, so packages of other platforms count as well.
 */
import { readFileSync } from "node:fs";

const allowed = new Set(["MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"]);

/** Name → licence as declared, and why it is fine. All of these are development tools, never shipped. */
const blueOak = ["BlueOak-1.0.0", "permissive, of the kind of MIT; a part of Jest's file search"];
const undeclared = (where) => ["undeclared", `MIT, said in ${where}; a part of s3rver`];
const exceptions = {
  argparse: ["Python-2.0, PSF-2.0", "permissive, of the kind of BSD; a part of js-yaml"],
  "caniuse-lite": ["CC-BY-4.0", "data about browsers, of which nothing is passed on; a part of Babel"],
  glob: blueOak,
  "graceful-fs": blueOak,
  jackspeak: blueOak,
  "lru-cache": blueOak,
  minimatch: blueOak,
  minipass: blueOak,
  "package-json-from-dist": blueOak,
  "path-scurry": blueOak,
  busboy: undeclared("its LICENSE file"),
  streamsearch: undeclared("its LICENSE file"),
  "humanize-number": undeclared("its Readme.md"),
  only: undeclared("its Readme.md"),
};

/** SPDX, as far as packages use it: alternatives need one allowed licence, combinations need all. */
function isAllowed(expression) {
  const text = expression.replace(/^\((.*)\)$/, "$1");
  if (text.includes(" OR ")) return text.split(" OR ").some(isAllowed);
  return text.split(" AND ").every((licence) => allowed.has(licence));
}

function isException(name, licence, development) {
  const [licences] = exceptions[name] ?? [""];
  return development && licences.split(", ").includes(licence);
}

const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.includes("node_modules/") && !link,
);
const refused = installed.flatMap(([path, { version, license = "undeclared", dev = false }]) => {
  const name = path.split("node_modules/").at(-1);
  return isAllowed(license) || isException(name, license, dev) ? [] : [`${name} ${version}: ${license}`];
});

console.log(`${installed.length} packages, ${refused.length} with a licence that is not allowed`);
for (const line of refused) console.log(`  ${line}`);
process.exitCode = refused.length === 0 ? 0 : 1;
