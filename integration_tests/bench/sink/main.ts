/** The sink as a process of its own: says where it listens, and ends with its parent. */
import { Sink } from "./sink";

void Sink.start().then(({ url }) => process.stdout.write(`${url}\n`));
process.stdin.resume().once("end", () => process.exit(0));
