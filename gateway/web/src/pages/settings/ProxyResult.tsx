import { useTranslation } from "react-i18next";

import type { TestStep } from "../../api/types";
import type { ConnectionTest } from "../../api/testConnection";
import { ErrorNote } from "../../ui/ErrorNote";
import { Note } from "../../ui/Note";
import { Status, type StatusName } from "../../ui/Status";
import { useReason } from "../../ui/useReason";

/** Looks of the states of a step. */
const looks: Record<string, StatusName> = {
  PASSED: "SUCCESS",
  WARNING: "WARNING",
  FAILED: "FATAL",
  SKIPPED: "SUPERSEDED",
  RUNNING: "RUNNING",
};

/** ProxyResult is the outcome of a test, step by step as it comes. */
export function ProxyResult({ state, error }: { state: ConnectionTest | undefined; error: unknown }) {
  const { t } = useTranslation("settings");
  if (error !== undefined) return <ErrorNote error={error} />;
  if (!state) return null;
  const steps = state.steps.filter((step) => step !== null && tried(step)) as TestStep[];
  return (
    <section className="stack">
      <h2>{t("proxy.result")}</h2>
      <div role="status">
        {state.done ? (
          <Note kind={state.ok ? "ok" : "error"}>
            <p>{t(state.ok ? "proxy.works" : "proxy.fails")}</p>
          </Note>
        ) : (
          <p>{t("proxy.testing")}</p>
        )}
      </div>
      <ol className="stack">
        {steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
    </section>
  );
}

/** tried leaves out what is no matter of a proxy alone. */
function tried({ name, state }: TestStep): boolean {
  return state !== "SKIPPED" || name === "NAME" || name === "PORT" || name === "PROXY";
}

function Step({ step: { name, state, message, reason } }: { step: TestStep }) {
  const { t } = useTranslation("settings");
  const explain = useReason();
  return (
    <li>
      <Status name={looks[state] ?? "QUEUED"} word={t(`proxy.states.${state as "PASSED"}`)} /> {t(`proxy.steps.${name as "NAME"}`)}
      {reason && <p>{explain(reason, message)}</p>}
      {message && (
        <p className="hint break" dir="auto">
          {message}
        </p>
      )}
    </li>
  );
}
