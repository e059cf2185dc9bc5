// Makes a configured catalog of a discovered one, with the streams that are named:
//   source-braze discover --config source.json | node configure.mjs segment_users > catalog.json
// A stream is read incrementally if it can be, and appended. With no names all streams are taken.
const [, , ...names] = process.argv;

let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
const messages = text
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line));

for (const { log, trace } of messages) {
  if (log && log.level !== "INFO") console.error(log.message);
  if (trace?.error) console.error(trace.error.message);
}
const offered = messages.find(({ catalog }) => catalog)?.catalog.streams ?? [];
const chosen = names.length === 0 ? offered : offered.filter(({ name }) => names.includes(name));
const unknown = names.filter((name) => !offered.some((stream) => stream.name === name));
if (unknown.length > 0 || chosen.length === 0) {
  console.error(
    `Not offered: ${unknown.join(", ")}. Offered: ${offered.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(1);
}

const streams = chosen.map((stream) => ({
  stream,
  sync_mode: stream.supported_sync_modes.includes("incremental") ? "incremental" : "full_refresh",
  destination_sync_mode: "append",
  cursor_field: stream.default_cursor_field ?? [],
  primary_key: stream.source_defined_primary_key ?? [],
}));
console.log(JSON.stringify({ streams }, null, 2));
