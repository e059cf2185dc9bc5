import type { Check } from "../subject";

export const connectionChecks: Check[] = [
  {
    name: "check: succeeds with a config that works",
    async verify(subject) {
      const finished = await subject.run("check");
      expect(finished.messages.filter(({ connectionStatus }) => connectionStatus)).toHaveLength(1);
      expect(finished.check.status).toBe("SUCCEEDED");
      expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], stderr: "" });
    },
  },
  {
    name: "check: fails with configs that can't work, and says why",
    async verify(subject) {
      const { refused, config } = subject.given;
      expect(Object.keys(refused).length).toBeGreaterThan(3);
      for (const [what, wrong] of Object.entries(refused)) {
        const finished = await subject.run("check", what, { config: wrong });
        expect([what, finished.check.status]).toEqual([what, "FAILED"]);
        expect(finished.check.message).toMatch(/\w.*\. \(docs\/troubleshooting\.md#[a-z-]+\)$/);
        expect(finished).toMatchObject({ exitCode: 0, invalidLines: [] });
        expect(wrong).not.toEqual(config);
      }
    },
  },
];
