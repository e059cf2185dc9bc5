import type { Benchmark } from "../benchmark";
import { limitBenchmark } from "./limit";
import { memory } from "./memory";
import { pipe } from "./pipe";
import { readLink } from "./read-link";
import { readS3 } from "./read-s3";
import { scaling } from "./scaling";
import { startup } from "./startup";
import { writeChanged } from "./write-changed";
import { writeNew } from "./write-new";
import { writeS3 } from "./write-s3";

/** In the order of the table. A new benchmark is a file and a line here. */
export const benchmarks: readonly Benchmark[] = [
  writeNew,
  writeChanged,
  writeS3,
  readS3,
  readLink,
  pipe,
  memory,
  scaling,
  startup,
  limitBenchmark,
];
