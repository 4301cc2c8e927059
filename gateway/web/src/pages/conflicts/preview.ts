import type { Conflict, ConflictSide, EdenRecord, Repository } from "../../api/types";
import { seconds } from "../../format/times";

/** Choice is which version is to be valid: a side, and the fields that are taken from another one. */
export interface Choice {
  side: ConflictSide;
  fieldSides: Record<string, ConflictSide>;
}

/** Effect is what a choice does at one site. A value that is undefined is nothing. */
export type Effect =
  { kind: "field"; name: string; from: string | undefined; to: string | undefined } | { kind: "deleted" } | { kind: "restored" };

/** Preview is what a choice does at both sites; an empty list: nothing. */
export interface Preview {
  here: Effect[];
  there: Effect[];
}

/** valid is what is valid at this site now: what the policy or a person chose. */
export function valid({ winner, fieldSides }: Pick<Conflict, "winner" | "fieldSides">): Choice {
  return { side: winner === "REMOTE" ? "REMOTE" : "LOCAL", fieldSides: (fieldSides ?? {}) as Record<string, ConflictSide> };
}

/**
 * previewOf tells what changes when a choice is confirmed: here at once, at the remote site when it gets it. Whether the remote site
 * has what is valid here, or still its own version, is what the last exchange left there.
 */
export function previewOf(conflict: Conflict, choice: Choice, remoteHas: "valid" | "own"): Preview {
  const now = valid(conflict);
  const there = remoteHas === "valid" ? now : { side: "REMOTE" as const, fieldSides: {} };
  return { here: effects(conflict, now, choice), there: effects(conflict, there, choice) };
}

function effects(conflict: Conflict, from: Choice, to: Choice): Effect[] {
  const [was, is] = [isDeletion(conflict, from), isDeletion(conflict, to)];
  if (is) return was ? [] : [{ kind: "deleted" }];
  if (was) return [{ kind: "restored" }];
  return conflict.differences.flatMap((difference) => {
    const [before, after] = [valueUnder(difference, from), valueUnder(difference, to)];
    return before === after ? [] : [{ kind: "field" as const, name: difference.name, from: before, to: after }];
  });
}

function isDeletion(conflict: Conflict, { side }: Choice): boolean {
  return (side === "LOCAL" ? conflict.local : conflict.remote)?.deleted ?? false;
}

/** valueUnder is the value of a field if a choice is made. */
export function valueUnder(difference: Conflict["differences"][number], { side, fieldSides }: Choice): string | undefined {
  const { localValue, remoteValue } = difference;
  return ((fieldSides[difference.name] ?? side) === "LOCAL" ? localValue : remoteValue) ?? undefined;
}

/** choose takes one field from a side. A choice whose fields all come from one side is the choice of that side. */
export function choose(conflict: Conflict, choice: Choice, name: string, side: ConflictSide): Choice {
  const differing = conflict.differences.filter(({ differs }) => differs).map((difference) => difference.name);
  const sideOf = (field: string) => (field === name ? side : (choice.fieldSides[field] ?? choice.side));
  const pure = (["LOCAL", "REMOTE"] as const).find((one) => differing.every((field) => sideOf(field) === one));
  if (pure) return { side: pure, fieldSides: {} };
  const fieldSides = Object.fromEntries(differing.filter((f) => sideOf(f) !== choice.side).map((f) => [f, sideOf(f)]));
  return { side: choice.side, fieldSides };
}

/** isMixed tells whether fields come from both sides. */
export function isMixed(choice: Choice): boolean {
  return Object.keys(choice.fieldSides).length > 0;
}

export type Obstacle = Exclude<EdenRecord["exchanges"][number]["obstacle"], "UNSPECIFIED">;

/** Reach is how the remote site gets what is decided here. */
export type Reach =
  { kind: "run"; time: string } | { kind: "unscheduled" } | { kind: "connects" } | { kind: "blocked"; obstacle: Obstacle };

type Exchange = EdenRecord["exchanges"][number];

/** reachOf tells from the repository, and from how the record stands with it, what happens next. */
export function reachOf(repository: Repository | undefined, exchange: Exchange | undefined): Reach {
  if (repository?.state === "PAUSED") return { kind: "blocked", obstacle: "PAUSED" };
  if (exchange?.state === "NOT_SENT") return { kind: "blocked", obstacle: exchange.obstacle as Obstacle };
  if (repository?.state === "PASSIVE") return { kind: "connects" };
  const time = repository?.activity?.nextRunTime;
  return time ? { kind: "run", time } : { kind: "unscheduled" };
}

/**
 * clockDoubt tells that the newer version may not be the newer one: the clocks of both sites differ by more than the two changes
 * lie apart. It answers the difference of the clocks in seconds, 0 for no doubt.
 */
export function clockDoubt(conflict: Conflict, clockOffset: string | null | undefined): number {
  const offset = seconds(clockOffset);
  const [here, there] = [conflict.local?.modifiedOn, conflict.remote?.modifiedOn];
  if (conflict.policy !== "NEWER" || !here || !there || Math.abs(offset) < 1) return 0;
  const apart = Math.abs(Date.parse(here) - Date.parse(there)) / 1000;
  return Math.abs(offset) >= apart ? Math.abs(offset) : 0;
}

/** alike tells whether two conflicts can be decided with one thought: same resource, same repository, same fields. */
export function alike(a: Conflict, b: Conflict): boolean {
  const key = ({ repositoryId, resourceName, differingFields }: Conflict) =>
    JSON.stringify([repositoryId, resourceName, [...differingFields].sort()]);
  return key(a) === key(b);
}
