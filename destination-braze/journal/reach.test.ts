import { Reach } from "./reach";

describe("Reach", () => {
  it("is past once a state has left behind as many records as came before the interruption", () => {
    const reach = new Reach(10);
    reach.stateReceived(1, 4);
    reach.stateReceived(2, 9);
    reach.stateReceived(3, 10);
    expect(reach.isPast).toBe(false);
    reach.statesLeft(2);
    expect(reach.isPast).toBe(false);
    reach.statesLeft(3);
    expect(reach.isPast).toBe(true);
  });

  it("counts from the last state that left, whichever run went further", () => {
    const reach = new Reach(10);
    expect(reach.behind(3)).toBe(10);
    expect(reach.behind(12)).toBe(12);
    reach.stateReceived(1, 4);
    reach.statesLeft(1);
    // Told of a state that it does not know: of another stream.
    reach.statesLeft(7);
    expect(reach.behind(5)).toBe(6);
    reach.extend(20);
    expect(reach.behind(5)).toBe(16);
    expect(reach.isReached(19)).toBe(false);
    expect(reach.isReached(20)).toBe(true);
  });

  it("is past from the beginning where nothing was left", () => {
    expect(new Reach(0).isPast).toBe(true);
    expect(new Reach(0).behind(0)).toBe(0);
  });
});
