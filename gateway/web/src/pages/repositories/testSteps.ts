import type { ConnectionTest } from "../../api/testConnection";
import type { TestStep } from "../../api/types";

/** Steps of a test, in the order in which they are tried. */
export const stepNames = ["NAME", "PORT", "PROXY", "TLS", "SIGN_IN", "UUID", "CLOCK", "VERSION", "PULL", "PUSH"] as const;

export type StepName = (typeof stepNames)[number];

/** Look of a line: what came of its step. */
export type Look = "passed" | "warning" | "failed" | "running" | "waiting" | "skipped";

/** Line is what is shown of a step. */
export interface Line {
  name: StepName;
  look: Look;
  /** Absent while its turn has not come. */
  step?: TestStep;
  /** Whether it does not apply, rather than having been given up after a failure. */
  notApplicable?: boolean;
}

const looks: Record<string, Look> = { PASSED: "passed", WARNING: "warning", FAILED: "failed", SKIPPED: "skipped", RUNNING: "running" };

/** Steps that are of no interest where they do not apply. */
const quiet: StepName[] = ["PROXY", "PULL", "PUSH"];

/** linesOf are the steps as they are shown: those that were tried, and those that are still to come. */
export function linesOf(test: ConnectionTest): Line[] {
  const steps = new Map(test.steps.flatMap((step) => (step ? [[step.name as StepName, step]] : [])));
  let failed = false;
  const lines = stepNames.map((name): Line => {
    const step = steps.get(name);
    if (!step) return { name, look: "waiting" };
    const line: Line = { name, step, look: looks[step.state] ?? "waiting", notApplicable: step.state === "SKIPPED" && !failed };
    failed ||= step.state === "FAILED" && !independent.includes(name);
    if (isWarning(line)) line.look = "warning";
    return line;
  });
  return lines.filter(
    ({ name, look, notApplicable }) => !(quiet.includes(name) && (notApplicable || (name === "PROXY" && look === "waiting"))),
  );
}

/** Steps behind these are tried whatever came of them. */
const independent: StepName[] = ["CLOCK", "VERSION", "PULL", "PUSH"];

/**
 * isWarning finds what works but should be known: a connection without encryption, and that the remote site does not know this
 * one yet, because registering comes after testing.
 */
function isWarning({ name, step, notApplicable }: Line): boolean {
  return (name === "TLS" && notApplicable) || step?.reason === "PEER_NOT_REGISTERED";
}

/** Verdict on a test: under way, or what came of it as a whole. */
export type Verdict = "running" | "works" | "warnings" | "fails";

export function verdictOf(test: ConnectionTest): Verdict {
  const all = linesOf(test).map(({ look }) => look);
  if (all.includes("failed")) return "fails";
  if (!test.done) return "running";
  return all.includes("warning") ? "warnings" : "works";
}
