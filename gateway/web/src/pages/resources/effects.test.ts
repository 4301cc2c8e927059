import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { Policy } from "../../api/types";
import { type Case, effectsOf, type Here, mirrored, type Rule } from "./effects";

const policies: Policy[] = ["THIS", "OTHER", "NEWER", "MASTER"];
const all: Rule["strategy"] = ["CREATE", "UPDATE", "DELETE", "MERGE"];
const rule = (given: Partial<Rule> = {}): Rule => ({
  mode: "PULL_AND_PUSH",
  strategy: all,
  update: "NEWER",
  conflict: "NEWER",
  ...given,
});

/** rows of the table of everyday situations, by their first cell: what this site makes of it under each policy. */
function documented(situation: string): Record<Policy, string> {
  const text = readFileSync("../../docs/compatibility.md", "utf8");
  const line = text.split("\n").find((row) => row.startsWith(`| ${situation}`));
  const cells = (line ?? "").split("|").map((cell) => cell.trim());
  return Object.fromEntries(policies.map((policy, i) => [policy, cells[i + 2] ?? ""])) as Record<Policy, string>;
}

/** How the words of the table begin for what this site does. */
const words: Partial<Record<Here, RegExp>> = {
  takes: /^(updated|conflict, theirs is taken)/,
  takesIfNewer: /^(updated if its time is younger|conflict, the younger one)/,
  takesIfMadeThere: /^(updated if it is the originator|conflict, the originator's)/,
  keeps: /^(skipped, ours stays|conflict, ours stays)/,
  keepsChange: /^unchanged/,
  losesChange: /^updated: ours is overwritten/,
  deletes: /^deleted$/,
  deletesIfNewer: /^deleted if the deletion is younger/,
  deletesIfMadeThere: /^deleted if the sender is the originator/,
  keepsRecord: /^skipped, stays/,
};

describe("effectsOf", () => {
  const situations: [Case, string][] = [
    ["theirs", "only the repository changed it"],
    ["ours", "only this site changed it"],
    ["both", "both changed it"],
    ["deleted", "deleted there, untouched here"],
  ];

  it.each(situations.flatMap(([name, row]) => policies.map((policy) => [name, policy, row] as const)))(
    "says of the case %s under %s what docs/compatibility.md says",
    (name, policy, row) => {
      const { here } = effectsOf(rule({ update: policy, conflict: policy }))[name];
      expect(documented(row)[policy]).toMatch(words[here] ?? /^no words for it/);
    },
  );

  it("lets the conflict policy alone decide when both changed it", () => {
    const { both, theirs } = effectsOf(rule({ update: "OTHER", conflict: "THIS" }));
    expect(both).toEqual({ here: "keeps", there: "gets" });
    expect(theirs.here).toBe("takes");
  });

  it("sends again what this site keeps under THIS and NEWER", () => {
    expect(effectsOf(rule({ update: "THIS" })).theirs).toEqual({ here: "keeps", there: "gets" });
    expect(effectsOf(rule()).theirs).toEqual({ here: "takesIfNewer", there: "getsIfNewer" });
    expect(effectsOf(rule({ update: "THIS", mode: "PULL" })).theirs).toEqual({ here: "keeps", there: "keeps" });
    expect(effectsOf(rule({ update: "THIS" })).deleted.there).toBe("getsBack");
    expect(effectsOf(rule({ update: "MASTER" })).theirs.there).toBe("keeps");
  });

  it("exchanges nothing in a direction that the mode does not have", () => {
    const push = effectsOf(rule({ mode: "PUSH" }));
    expect([push.theirs.here, push.both.here, push.deleted.here]).toEqual(["notPulled", "notPulled", "notPulled"]);
    expect(push.both.there).toBe("getsIfNewer");
    expect(effectsOf(rule({ mode: "PULL" })).ours).toEqual({ here: "keepsChange", there: "notPushed" });
    expect(effectsOf(rule({ mode: "NONE" })).both).toEqual({ here: "notPulled", there: "keeps" });
  });

  it("does not let a pull take a change away that is not pulled", () => {
    expect(effectsOf(rule({ mode: "PUSH", update: "OTHER" })).ours).toEqual({ here: "keepsChange", there: "refuses" });
    expect(effectsOf(rule({ update: "OTHER", strategy: ["CREATE"] })).ours.here).toBe("keepsChange");
  });

  it("does nothing that the strategy forbids", () => {
    const careful = effectsOf(rule({ strategy: ["CREATE"], update: "OTHER", conflict: "OTHER" }));
    expect([careful.theirs.here, careful.both.here, careful.deleted.here]).toEqual(["notAllowed", "notAllowed", "mayNotDelete"]);
  });
});

it("mirrors policies for the other side", () => {
  expect(policies.map(mirrored)).toEqual(["OTHER", "THIS", "NEWER", "MASTER"]);
  for (const policy of policies) expect(mirrored(mirrored(policy))).toBe(policy);
});
