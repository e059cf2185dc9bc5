import type { Check } from "../subject";

/** Comes last: it looks at all that the other checks have run. */
export const secretChecks: Check[] = [
  {
    name: "secrets: no run has printed one",
    async verify(subject) {
      const runs = await subject.finished();
      expect(runs.length).toBeGreaterThan(5);
      for (const secret of subject.given.secrets)
        for (const finished of runs) expect(finished.everything).not.toContain(secret);
    },
  },
];
