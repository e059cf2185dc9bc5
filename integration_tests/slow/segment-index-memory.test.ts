/** The index of a big segment fits into the memory that hosts give a connector. */
import { UserTable } from "../../source-braze/segment-export/changes/user-table";

const users = 5_000_000;
const mostMegabytes = 200;

test(`${users.toLocaleString("en-US")} users are known in less than ${mostMegabytes} MB`, () => {
  const before = process.memoryUsage().arrayBuffers;
  const table = new UserTable();
  const word = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
  for (let index = 0; index < users; index += 1) {
    const id = `${word(0x5eede000 + (index >>> 8))}a1b2c3d4${word(Math.imul(index, 2_654_435_761))}`;
    table.see(id, { lo: index, hi: ~index >>> 0 });
  }
  expect(table.size).toBe(users);
  expect((process.memoryUsage().arrayBuffers - before) / 1e6).toBeLessThan(mostMegabytes);
});
