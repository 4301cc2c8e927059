import type { Policy, Task } from "../../api/types";
import type { Findings } from "../../form/rules";
import type { components } from "../../gen/api";
import type { Rule } from "./effects";
import { readFilter } from "./conditions";

/** Words of the contract, in the order in which they are offered. */
export const modes = ["PULL_AND_PUSH", "PULL", "PUSH", "NONE"] as const;
export const methods = ["CREATE", "UPDATE", "DELETE", "MERGE"] as const;
export const policies = ["NEWER", "THIS", "OTHER", "MASTER"] as const satisfies Policy[];

export interface FilterValue {
  tablename: string;
  filterString: string;
}

/** TaskValues is a resource of a repository as a form. */
export interface TaskValues {
  resourceName: string;
  mode: Task["mode"];
  strategy: Task["strategy"];
  updatePolicy: Policy;
  /** Whether the conflict policy is the update policy. */
  same: boolean;
  conflictPolicy: Policy;
  filters: FilterValue[];
  etag: string;
}

/** What the guide begins with. */
export const newTask: TaskValues = {
  resourceName: "",
  mode: "PULL_AND_PUSH",
  strategy: [...methods],
  updatePolicy: "NEWER",
  same: true,
  conflictPolicy: "NEWER",
  filters: [],
  etag: "",
};

export function readTask(task: Task): TaskValues {
  return {
    resourceName: task.resourceName,
    mode: task.mode,
    strategy: task.strategy,
    updatePolicy: policyOf(task.updatePolicy),
    same: task.updatePolicy === task.conflictPolicy,
    conflictPolicy: policyOf(task.conflictPolicy),
    filters: task.filters.flatMap((filter) => (filter ? [{ tablename: filter.tablename, filterString: filter.filterString }] : [])),
    etag: task.etag,
  };
}

function policyOf(policy: Task["updatePolicy"]): Policy {
  return policies.find((known) => known === policy) ?? "NEWER";
}

/** conflictOf is the policy that decides conflicts: its own, or that for updates. */
export function conflictOf({ same, updatePolicy, conflictPolicy }: Pick<TaskValues, "same" | "updatePolicy" | "conflictPolicy">): Policy {
  return same ? updatePolicy : conflictPolicy;
}

type Sent = Pick<components["schemas"]["Task"], "mode" | "strategy" | "updatePolicy" | "conflictPolicy" | "filters">;

/** writeTask is what the interface is told; name and version are added by those who send it. */
export function writeTask(values: TaskValues): Sent {
  const { mode, strategy, updatePolicy, filters } = values;
  return { mode, strategy, updatePolicy, conflictPolicy: conflictOf(values), filters: filters.map(trimmed) };
}

function trimmed({ tablename, filterString }: FilterValue): FilterValue {
  return { tablename: tablename.trim(), filterString: filterString.trim() };
}

export function ruleOf(values: Pick<TaskValues, "mode" | "strategy" | "updatePolicy" | "same" | "conflictPolicy">): Rule {
  return { mode: values.mode, strategy: values.strategy, update: values.updatePolicy, conflict: conflictOf(values) };
}

const tableName = /^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*[A-Za-z0-9]$/;

export function isTable(name: string): boolean {
  return name.length <= 128 && tableName.test(name);
}

/** What may be wrong with the list of filters; the sentence is the caller's. */
export type FilterFault = "table" | "twice" | "text";

/** faultOf finds the first filter that would be refused. */
export function faultOf(filters: FilterValue[]): FilterFault | undefined {
  const all = filters.map(trimmed);
  if (!all.every((filter) => isTable(filter.tablename))) return "table";
  if (all.some(({ filterString }) => filterString === "" || readFilter(filterString).kind === "wrong")) return "text";
  return new Set(all.map((filter) => JSON.stringify(filter))).size < all.length ? "twice" : undefined;
}

/** checkTask finds what can be told without the server. say puts a fault of the filters into words. */
export function checkTask(values: TaskValues, say: (fault: FilterFault | "strategy") => string): Findings<TaskValues> {
  const name = values.resourceName.trim();
  const fault = faultOf(values.filters);
  return {
    resourceName: name === "" ? "required" : !isTable(name) && "table",
    strategy: values.strategy.length === 0 && say("strategy"),
    filters: fault && say(fault),
  };
}
