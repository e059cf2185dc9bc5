// Keeps what a destination acknowledges, for the next sync to go on from:
//   source-braze read … --state state.json | destination-braze write … | node keep-state.mjs state.json
// The file holds the last state of each stream. It is replaced at every state, as a whole, so that a sync
// that breaks off loses nothing. What the destination says to people is printed.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const [, , file] = process.argv;
if (file === undefined) {
  console.error("Usage: node keep-state.mjs STATE_FILE < MESSAGES");
  process.exit(2);
}

const streamOf = ({ stream }) => JSON.stringify(stream?.stream_descriptor ?? null);
const states = new Map();
if (existsSync(file))
  for (const state of JSON.parse(readFileSync(file, "utf8"))) states.set(streamOf(state), state);

function take(line) {
  if (line === "") return;
  const { type, state, log, trace } = JSON.parse(line);
  if (type === "STATE") {
    states.set(streamOf(state), { type: state.type, stream: state.stream });
    writeFileSync(`${file}.new`, JSON.stringify([...states.values()]));
    renameSync(`${file}.new`, file);
  } else if (type === "LOG") console.log(`${log.level} ${log.message}`);
  else if (trace?.error) console.error(`ERROR ${trace.error.message}`);
}

let unfinished = "";
for await (const chunk of process.stdin.setEncoding("utf8")) {
  const lines = (unfinished + chunk).split("\n");
  unfinished = lines.pop();
  lines.forEach(take);
}
take(unfinished);
