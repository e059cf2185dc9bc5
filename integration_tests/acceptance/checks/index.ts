import type { Check } from "../subject";
import { connectionChecks } from "./connection";
import { discoveryChecks } from "./discovery";
import { operationChecks } from "./operations";
import { readChecks } from "./read";
import { secretChecks } from "./secrets";
import { specChecks } from "./spec";
import { writeChecks } from "./write";

/** What Airbyte's own acceptance tests look at, and what the protocol asks for beside. One list for both. */
export const checks: readonly Check[] = [
  ...specChecks,
  ...connectionChecks,
  ...discoveryChecks,
  ...operationChecks,
  ...readChecks,
  ...writeChecks,
  ...secretChecks,
];
