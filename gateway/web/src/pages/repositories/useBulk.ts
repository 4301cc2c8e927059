import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** What can be done with many repositories at a time. */
export type BulkAction = "synchronize" | "pause" | "resume" | "schedule";

/** Outcome of an action for one repository. */
export interface Outcome {
  id: string;
  name: string;
  state: "waiting" | "working" | "done" | "failed";
  /** Run that was started. */
  runId?: string;
  /** Why it failed. */
  error?: unknown;
}

/** Target is a repository that was ticked. */
export type Target = Pick<Outcome, "id" | "name">;

/** How many repositories are worked on at the same time. */
const atOnce = 4;

/**
 * actOnAll does one thing after the other, a few at a time, and tells after each step how far it is. One that fails stops no
 * other. What act gives back is the id of a run, if it started one.
 */
export async function actOnAll(
  targets: Target[],
  act: (id: string) => Promise<string | void>,
  onChange: (outcomes: Outcome[]) => void,
): Promise<Outcome[]> {
  let outcomes = targets.map((target): Outcome => ({ ...target, state: "waiting" }));
  const note = (id: string, change: Partial<Outcome>) => {
    outcomes = outcomes.map((outcome) => (outcome.id === id ? { ...outcome, ...change } : outcome));
    onChange(outcomes);
  };
  const queue = targets.map(({ id }) => id);
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      note(id, { state: "working" });
      try {
        note(id, { state: "done", runId: (await act(id)) || undefined });
      } catch (error) {
        note(id, { state: "failed", error });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

/** useBulk acts on many repositories and keeps what came out, until somebody dismisses it. */
export function useBulk() {
  const queries = useQueryClient();
  const [action, setAction] = useState<BulkAction>();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const start = async (next: BulkAction, targets: Target[], act: (id: string) => Promise<string | void>) => {
    setAction(next);
    setOutcomes([]);
    await actOnAll(targets, act, setOutcomes);
    await queries.invalidateQueries({ queryKey: ["repositories"] });
  };
  const busy = outcomes.some(({ state }) => state === "waiting" || state === "working");
  return { action, outcomes, busy, start, dismiss: () => setOutcomes([]) };
}
