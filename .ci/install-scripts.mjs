/**
 * Fails when a dependency brings an install script that nobody has looked at. `allowScripts` of package.json
 * lists those that were looked at, and says whether npm may run them (npm 11.16 and later obey it; older ones
 * run all, unless with --ignore-scripts). None may: each only fetches or checks a binary that its optional
 * dependencies bring anyway.
 */
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const { allowScripts } = read("package.json");
const { packages } = read("package-lock.json");

const withScripts = new Set(
  Object.entries(packages)
    .filter(([path, { hasInstallScript }]) => hasInstallScript && path.includes("node_modules/"))
    .map(([path]) => path.split("node_modules/").at(-1)),
);
const problems = [
  ...[...withScripts]
    .filter((name) => !(name in allowScripts))
    .map((name) => `${name} has an install script`),
  ...Object.keys(allowScripts)
    .filter((name) => !withScripts.has(name))
    .map((name) => `${name} is listed, but has no install script`),
  ...Object.entries(allowScripts)
    .filter(([, allowed]) => allowed)
    .map(([name]) => `${name} may run its install script`),
];

console.log(`${withScripts.size} packages with install scripts, ${problems.length} problems`);
for (const problem of problems) console.log(`  ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
