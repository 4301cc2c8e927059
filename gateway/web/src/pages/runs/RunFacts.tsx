import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Run } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Status } from "../../ui/Status";
import { Moment } from "../../ui/When";
import { isFinal, type LaneRow, ledgerOf, percentOf, stepsOf } from "./ledger";
import { useElapsed } from "./useElapsed";

/** RunFacts is what is known of the whole run; rows are all resources in both directions. */
export function RunFacts({ run, rows }: { run: Run; rows: LaneRow[] }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  const elapsed = useElapsed(run.startTime, run.endTime);
  const { total } = ledgerOf(run.counts);
  return (
    <dl className="facts run-facts">
      <Fact name={t("state")}>
        <RunStatus run={run} />
      </Fact>
      <Fact name={t("records")}>
        <Records run={run} percent={percentOf(rows)} total={total} />
      </Fact>
      {!isFinal(run.state) && rows.length > 0 && <Steps rows={rows} />}
      <Fact name={t("elapsed")}>{elapsed === undefined ? t("notYet") : format.duration(elapsed)}</Fact>
      <Fact name={t("timeout")}>{run.timeout ? format.duration(seconds(run.timeout)) : t("noTimeout")}</Fact>
      <Fact name={t("rate")}>{elapsed && total > 0 ? format.rate(total, elapsed) : "–"}</Fact>
      <Fact name={t("bytes")}>{format.bytes(number(run.bytes))}</Fact>
      <Fact name={t("started")}>
        <Moment time={run.startTime ?? run.createTime} seconds />
      </Fact>
      <Fact name={t("startedBy")}>
        <StartedBy run={run} />
      </Fact>
      {run.attempts > 1 && <Fact name={t("attempts")}>{t("attemptsText", { count: run.attempts })}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Steps({ rows }: { rows: LaneRow[] }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  const { done, total } = stepsOf(rows);
  return (
    <Fact name={t("steps")}>
      {t("stepsDone", { count: total, done: format.number(done), total: format.number(total) })}
      <progress aria-label={t("steps")} value={done} max={total} />
    </Fact>
  );
}

/** RunStatus is the word for a run; one that nobody will repeat by itself has simply failed. */
export function RunStatus({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  if (run.state === "RUNNING" && run.stopRequested) return <Status name="RUNNING" word={t("stopping")} />;
  return <Status name={run.state} word={run.state === "FAILED" ? t("failed") : undefined} />;
}

function Records({ run, percent, total }: { run: Run; percent: number | undefined; total: number }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  if (isFinal(run.state)) return format.number(total);
  if (percent === undefined) return t("totalUnknown", { count: total, formatted: format.number(total) });
  return t("percentDone", { count: total, formatted: format.number(total), percent: format.number(percent) });
}

function StartedBy({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  if (run.trigger === "PEER") return t("byRemote");
  if (run.jobId !== "") {
    return (
      <Link to="/repositories/$id/schedule/$jid" params={{ id: run.repositoryId, jid: run.jobId }}>
        {t("byJob")}
      </Link>
    );
  }
  return run.startedBy ? <bdi>{run.startedBy}</bdi> : t("bySystem");
}
