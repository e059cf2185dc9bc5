import { deleteUsers } from "../objects/delete-users/delete-users";
import { mergeUsers } from "../objects/merge-users/merge-users";
import { findSlot } from "../objects/registry";
import { trackSlots } from "../testing/updates";
import { SentAgain } from "./sent-again";

const event = (identity: string) => ({ slot: trackSlots.events, identity });
const deletion = (identity: string) => ({ slot: deleteUsers.slot, identity });
const merge = (identity: string, into: string) => ({ slot: mergeUsers.slot, identity, also: [into] });

describe("what was accepted before", () => {
  it("counts no more of somebody who is deleted once more", () => {
    const sentAgain = new SentAgain(false);
    expect(sentAgain.outdates(event("a"))).toBe(false);
    sentAgain.add(deletion("a"));
    expect(sentAgain.outdates(event("a"))).toBe(true);
    expect(sentAgain.outdates(merge("b", "a"))).toBe(true);
    expect(sentAgain.outdates(event("b"))).toBe(false);
  });

  it("counts of messages, whose recipient was deleted after all", () => {
    const slot = findSlot("campaign_trigger/id", "reject");
    if (!slot) throw new Error("no slot");
    const sentAgain = new SentAgain(false);
    sentAgain.add(deletion("a"));
    expect(sentAgain.outdates({ slot, identity: "a" })).toBe(false);
  });

  it("counts of a merge until the one who was merged has been written again", () => {
    const sentAgain = new SentAgain(true);
    sentAgain.add(event("b"));
    expect(sentAgain.outdates(merge("a", "b"))).toBe(false);
    sentAgain.add(event("a"));
    expect(sentAgain.outdates(merge("a", "b"))).toBe(true);
    sentAgain.add(merge("a", "b"));
    expect(sentAgain.outdates(event("a"))).toBe(true);
    expect(sentAgain.outdates(event("b"))).toBe(false);
  });
});
