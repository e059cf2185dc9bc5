import { settingsOf } from "../settings";
import { streams } from "../streams/index";
import type { Stream } from "../streams/stream";

const settings = settingsOf({ url: "https://rest.example.com", api_key: "key" });
const code = (text: string): string => `\`${text}\``;

/** The row of a stream in the README: what it is read from, its key, its modes, and what the API key needs. */
export function streamRow(stream: Stream): string {
  const { name, endpoint, cursor, parent, isResumable } = stream;
  const permissions = [endpoint, ...streams.filter((one) => one.name === parent).map((one) => one.endpoint)];
  const modes = [
    isResumable && cursor === undefined ? "full refresh (resumable)" : "full refresh",
    ...(cursor === undefined ? [] : [`incremental on ${code(cursor)}`]),
  ];
  const cells = [
    code(name),
    code(endpoint.path),
    stream.primaryKey(settings).map(code).join(", "),
    modes.join(", "),
    permissions.map(({ permission }) => code(permission)).join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}
