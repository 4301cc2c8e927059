import { useTranslation } from "react-i18next";

import type { Run } from "../../api/types";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { Note } from "../../ui/Note";
import { useReason } from "../../ui/useReason";
import { Moment } from "../../ui/When";
import { endingOf, isFinal, ledgerOf, outcomes } from "./ledger";
import { useElapsed } from "./useElapsed";

const kinds = { nothing: "ok", done: "ok", stopped: "info", timedOut: "warning", failed: "error" } as const;

/** RunSummary says in one sentence what a finished run came to; before, that one may leave. */
export function RunSummary({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  if (!isFinal(run.state)) return run.trigger === "PEER" ? null : <p className="faint">{t("mayLeave")}</p>;
  const ending = endingOf(run);
  const warned = ending === "done" && run.state === "DONE_WITH_WARNINGS";
  return (
    <Note kind={warned ? "warning" : kinds[ending]}>
      <Sentence run={run} />
      <Cause run={run} />
    </Note>
  );
}

function Sentence({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  const elapsed = useElapsed(run.startTime, run.endTime) ?? 0;
  const ledger = ledgerOf(run.counts);
  const parts = outcomes
    .filter((name) => ledger[name] > 0)
    .map((name) => t(`counted.${name}`, { count: ledger[name], formatted: format.number(ledger[name]) }));
  const values = {
    count: ledger.total,
    formatted: format.number(ledger.total),
    name: isolate(run.repositoryName),
    time: format.duration(elapsed),
    outcomes: format.list(parts),
  };
  return (
    <p>
      <strong>{t(`ending.${endingOf(run)}`, values)}</strong>
    </p>
  );
}

/** Cause is what ended the run, and when trying again is worth while. */
function Cause({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const explain = useReason();
  const spoken = endingOf(run) === "stopped" || endingOf(run) === "timedOut";
  return (
    <>
      {!spoken && (run.reason || run.message) && (
        <p>
          <bdi>{run.reason ? explain(run.reason, run.message) : run.message}</bdi> {run.remoteError && t("remoteError")}
        </p>
      )}
      {run.retryTime && (
        <p>
          {t("retryAt")} <Moment time={run.retryTime} />
        </p>
      )}
    </>
  );
}
