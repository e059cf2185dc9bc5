import { RequestWindows } from "./request-windows";

test("a window admits as many requests as the limit, the next one starts anew", () => {
  const windows = new RequestWindows(2);
  expect([3000, 4000, 5999, 6000].map((nowMs) => windows.admit(nowMs))).toEqual([true, true, false, true]);
  expect(windows).toMatchObject({ counts: [2, 1], refused: 1 });
});

test("without a limit everything is admitted", () => {
  const windows = new RequestWindows(undefined);
  expect(Array.from({ length: 5000 }, () => windows.admit(0)).every(Boolean)).toBe(true);
});
