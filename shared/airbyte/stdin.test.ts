import { PassThrough, Readable } from "node:stream";
import { thrownBy } from "../testing/thrown";
import { stoppableInput } from "./stdin";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function textOf(input: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of input) text += chunk.toString();
  return text;
}

describe("stoppableInput", () => {
  test("gives everything to the end", async () => {
    const stream = Readable.from([Buffer.from("a\n"), Buffer.from("b\n")]);
    expect(await textOf(stoppableInput(stream, new AbortController().signal))).toBe("a\nb\n");
  });

  test("ends at a stop although the host is silent and keeps the pipe open", async () => {
    const stream = new PassThrough();
    const stop = new AbortController();
    const reading = textOf(stoppableInput(stream, stop.signal));
    stream.write("a\n");
    await nextTurn();
    stop.abort();
    expect(await reading).toBe("a\n");
    expect(stream.destroyed).toBe(true);
  });

  test("takes nothing more after a stop, whatever waits", async () => {
    const stream = new PassThrough();
    stream.write("a\n");
    expect(await textOf(stoppableInput(stream, AbortSignal.abort()))).toBe("");
  });

  test("a stream that can't be read is an error in words", async () => {
    const failure = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    const stream = new Readable({
      read() {
        this.destroy(failure);
      },
    });
    const error = await thrownBy(() => textOf(stoppableInput(stream, new AbortController().signal)));
    expect(error.failureType).toBe("system_error");
    expect(error.message).toBe("The input can't be read (EIO).");
  });
});
