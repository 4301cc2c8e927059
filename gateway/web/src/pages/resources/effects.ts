import type { Policy, Task } from "../../api/types";

/** What of a task decides about changes. */
export interface Rule {
  mode: Task["mode"];
  strategy: Task["strategy"];
  update: Policy;
  conflict: Policy;
}

/** What can have happened to a record between two runs. */
export const cases = ["theirs", "ours", "both", "deleted"] as const;

export type Case = (typeof cases)[number];

/** What becomes of the record at this site. */
export type Here =
  | "takes" // their version
  | "takesIfNewer" // their version if it is the newer one
  | "takesIfMadeThere" // their version if the record was made there
  | "keeps" // its own version
  | "keepsChange" // the change that was made here
  | "losesChange" // their version replaces the change made here
  | "notAllowed" // the strategy does not let imports change records
  | "notPulled" // it does not learn of their change
  | "deletes"
  | "deletesIfNewer"
  | "deletesIfMadeThere"
  | "keepsRecord" // the record stays, although it was deleted there
  | "mayNotDelete"; // the strategy does not let imports delete records

/** What becomes of it at the remote site. */
export type There =
  | "keeps"
  | "gets" // this site's version
  | "getsIfNewer"
  | "getsIfMadeHere"
  | "notPushed" // it does not learn of the change
  | "refuses" // the remote site always wins
  | "staysDeleted"
  | "getsBack" // the record comes back to it
  | "getsBackIfNewer";

/** Effect is what becomes of a record at both sites. */
export interface Effect {
  here: Here;
  there: There;
}

/**
 * effectsOf foretells in words what docs/compatibility.md states in its table of everyday situations: what becomes of a
 * record in each case, when all runs succeed and both sites follow the rule.
 */
export function effectsOf(rule: Rule): Record<Case, Effect> {
  return { theirs: theirChange(rule), ours: ourChange(rule), both: bothChanged(rule), deleted: theirDeletion(rule) };
}

export function pulls({ mode }: Rule): boolean {
  return mode === "PULL" || mode === "PULL_AND_PUSH";
}

export function pushes({ mode }: Rule): boolean {
  return mode === "PUSH" || mode === "PULL_AND_PUSH";
}

/** What a policy makes of their version here. */
const taken: Record<Policy, Here> = { THIS: "keeps", OTHER: "takes", NEWER: "takesIfNewer", MASTER: "takesIfMadeThere" };

/** What it makes of our version there: the remote site decides by the same policy, seen from its side. */
const given: Record<Policy, There> = { THIS: "gets", OTHER: "refuses", NEWER: "getsIfNewer", MASTER: "getsIfMadeHere" };

/** A version that this site keeps against theirs is sent to the remote site again. */
const sentAgain: Partial<Record<Policy, There>> = { THIS: "gets", NEWER: "getsIfNewer" };

function theirChange(rule: Rule): Effect {
  if (!pulls(rule)) return { here: "notPulled", there: "keeps" };
  if (!rule.strategy.includes("UPDATE")) return { here: "notAllowed", there: "keeps" };
  return { here: taken[rule.update], there: (pushes(rule) && sentAgain[rule.update]) || "keeps" };
}

function ourChange(rule: Rule): Effect {
  const overwritten = pulls(rule) && rule.update === "OTHER" && rule.strategy.includes("UPDATE");
  return { here: overwritten ? "losesChange" : "keepsChange", there: pushes(rule) ? given[rule.update] : "notPushed" };
}

function bothChanged(rule: Rule): Effect {
  const there = pushes(rule) ? given[rule.conflict] : "keeps";
  if (!pulls(rule)) return { here: "notPulled", there };
  if (!rule.strategy.includes("UPDATE")) return { here: "notAllowed", there };
  return { here: taken[rule.conflict], there: there === "refuses" ? "keeps" : there };
}

const deleted: Record<Policy, Here> = { THIS: "keepsRecord", OTHER: "deletes", NEWER: "deletesIfNewer", MASTER: "deletesIfMadeThere" };

function theirDeletion(rule: Rule): Effect {
  if (!pulls(rule)) return { here: "notPulled", there: "staysDeleted" };
  if (!rule.strategy.includes("DELETE")) return { here: "mayNotDelete", there: "staysDeleted" };
  const back: Partial<Record<Policy, There>> = { THIS: "getsBack", NEWER: "getsBackIfNewer" };
  return { here: deleted[rule.update], there: (pushes(rule) && back[rule.update]) || "staysDeleted" };
}

/** mirrored is a policy as the other side calls it. */
export function mirrored(policy: Policy): Policy {
  if (policy === "THIS") return "OTHER";
  return policy === "OTHER" ? "THIS" : policy;
}
