/**
 * The least that anybody can do to bring records to Braze: split lines, parse, stringify, POST with
 * undici, 75 a request. No validation, no deltas, no order, nothing kept safe.
 */
import { Pool } from "undici";

const objectsPerRequest = 75;
const concurrentRequests = 32;

async function main(url: string): Promise<void> {
  const pool = new Pool(url, { connections: concurrentRequests });
  const inFlight = new Set<Promise<void>>();
  let batch: string[] = [];
  let unfinished = "";

  const post = async (body: string): Promise<void> => {
    const { statusCode, body: answer } = await pool.request({
      path: "/users/track",
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer key" },
      body,
    });
    await answer.dump();
    if (statusCode !== 201) throw new Error(`The sink answered ${statusCode}`);
  };
  const send = async (): Promise<void> => {
    const sent = post(`{"attributes":[${batch.join(",")}]}`).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
    batch = [];
    if (inFlight.size >= concurrentRequests) await Promise.race(inFlight);
  };

  process.stdin.setEncoding("utf8");
  for await (const piece of process.stdin as AsyncIterable<string>) {
    const lines = (unfinished + piece).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line) as { type: string; record?: { data: object } };
      if (!message.record) continue;
      batch.push(JSON.stringify(message.record.data));
      if (batch.length === objectsPerRequest) await send();
    }
  }
  if (batch.length > 0) await send();
  await Promise.all(inFlight);
  await pool.close();
}

void main(process.argv[2] ?? "");
