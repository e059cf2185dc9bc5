import { configError, StoppedError, transientError } from "@braze-connectors/shared/airbyte/errors";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { ExportFailures } from "./export-failures";

const refused = (name: string): Error =>
  configError(`Braze does not export ${name}.`, { help: "export-refused" });

test("without failures nothing is thrown", () => {
  expect(() => new ExportFailures(3, new MemoryOutput().output.log).throwIfAny()).not.toThrow();
});

test("the only failure is what the stream fails with, at its end", () => {
  const { output, lines } = new MemoryOutput();
  const failures = new ExportFailures(1, output.log);
  const error = refused("A");
  failures.note(error);
  expect(() => failures.throwIfAny()).toThrow(error);
  expect(lines).toEqual([]);
});

test("of several failures all are told", () => {
  const { output, lines } = new MemoryOutput();
  const failures = new ExportFailures(3, output.log);
  for (const name of ["A", "B", "C"]) failures.note(refused(name));
  expect(() => failures.throwIfAny()).toThrow(
    expect.objectContaining({
      failureType: "config_error",
      help: "export-refused",
      message: "Braze does not export A. The export of 2 other segments failed, too: see the log.",
    }),
  );
  expect(lines).toEqual(["A", "B", "C"].map((name) => expect.stringContaining(`not export ${name}.`)));
});

test.each([
  ["an outage", transientError("Braze can't be reached.", { help: "outage" })],
  ["a wrong key", configError("Braze refuses the API key.", { help: "wrong-api-key" })],
  ["a stop", new StoppedError()],
  ["what nobody foresaw", new Error("unforeseen")],
])("%s ends the reading at once", (_, error) => {
  const failures = new ExportFailures(3, new MemoryOutput().output.log);
  expect(() => failures.note(error)).toThrow(error);
});
