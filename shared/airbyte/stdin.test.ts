import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { thrownBy } from "../testing/thrown";
import { fileInput, stoppableInput } from "./stdin";

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

describe("fileInput", () => {
  let folder: string;
  const text = "a line\n".repeat(50_000);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stdin-test-"));
    await writeFile(join(folder, "input"), text);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const descriptors: number[] = [];
  afterEach(() => descriptors.splice(0).forEach((descriptor) => void closeSync(descriptor)));
  const open = (path = join(folder, "input")): number => {
    const descriptor = openSync(path, "r");
    descriptors.push(descriptor);
    return descriptor;
  };

  test("gives everything to the end", async () => {
    expect(await textOf(fileInput(open(), new AbortController().signal))).toBe(text);
  });

  test("lets others have their turn between two pieces", async () => {
    let turns = 0;
    let pieces = 0;
    const others = setInterval(() => {
      turns += 1;
    });
    for await (const _ of fileInput(open(), new AbortController().signal)) {
      pieces += 1;
      // Timers of a millisecond are due after so long.
      const until = performance.now() + 2;
      while (performance.now() < until);
    }
    clearInterval(others);
    expect(pieces).toBeGreaterThan(4);
    expect(turns).toBeGreaterThanOrEqual(pieces - 1);
  });

  test("ends at a stop", async () => {
    const stop = new AbortController();
    let taken = "";
    for await (const piece of fileInput(open(), stop.signal)) {
      taken += piece.toString();
      stop.abort();
    }
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(text.length);
  });

  test("a file that can't be read is an error in words", async () => {
    const error = await thrownBy(() => textOf(fileInput(open(folder), new AbortController().signal)));
    expect(error.failureType).toBe("system_error");
    expect(error.message).toBe("The input can't be read (EISDIR).");
  });
});
