/**
 * Keeps what both connectors say now as what the last release says: `npx tsx
 * integration_tests/acceptance/write-released.ts`, after `npm run build`, as a part of every release.
 */
import { writeFile } from "node:fs/promises";
import type { Connector } from "../harness";
import { discovered } from "./checks/discovery";
import { catalogFile, rememberedStreams, specFile } from "./released";
import { Subject } from "./subject";
import { AcceptanceWorld } from "./world";

async function main(): Promise<void> {
  const world = await AcceptanceWorld.start();
  try {
    const connectors: Connector[] = ["source-braze", "destination-braze"];
    for (const connector of connectors)
      await write(specFile(connector), await new Subject(world.given[connector]).spec());
    const source = new Subject(world.given["source-braze"]);
    await write(catalogFile, rememberedStreams(await discovered(source)));
  } finally {
    await world.close();
  }
}

const write = (path: string, content: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(content, null, 1)}\n`);

void main();
