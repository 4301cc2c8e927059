import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Job } from "../../api/types";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { ErrorNote } from "../../ui/ErrorNote";
import { Status } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import { Moment, When } from "../../ui/When";
import { EnabledSwitch, SwitchNote } from "./EnabledSwitch";
import { ResetButton, useReset } from "./ResetButton";
import { useSwitch } from "./useSwitch";

const columns = ["enabled", "startTime", "repeat", "runEvery", "timeout", "lastRun", "lastStatus", "nextRun", "endTime"] as const;

/** JobTable lists the jobs of a repository with the columns of the guide. */
export function JobTable({ repositoryId, jobs }: { repositoryId: string; jobs: Job[] }) {
  const { t } = useTranslation("schedule");
  const switching = useSwitch(repositoryId);
  const reset = useReset(repositoryId);
  const operates = useMay("operate");
  const heads = [
    ...columns.map((name) => ({ label: t(name), unseen: false })),
    ...(operates ? [{ label: t("actions"), unseen: true }] : []),
  ];
  return (
    <>
      <SwitchNote switching={switching} />
      {reset.isError && <ErrorNote error={reset.error} />}
      <Table caption={t("title")} heads={heads}>
        {jobs.map((job) => (
          <tr key={job.id}>
            <Cell label={t("enabled")}>
              <EnabledSwitch job={job} onChange={switching.change} />
            </Cell>
            <Plan job={job} />
            <Past job={job} />
            <Cell label={t("nextRun")}>
              <When time={job.nextRunTime} none={t("noNextRun")} />
            </Cell>
            <Cell label={t("endTime")}>
              <Moment time={job.endTime} none={t("noEnd")} />
            </Cell>
            {operates && (
              <Cell label="" className="end">
                <ResetButton job={job} reset={reset} />
              </Cell>
            )}
          </tr>
        ))}
      </Table>
    </>
  );
}

/** Plan is what people have decided. */
function Plan({ job }: { job: Job }) {
  const { t } = useTranslation("schedule");
  const format = useFormat();
  const repeat = t("repeatOf", { count: job.repeat, done: format.number(job.runsCompleted), repeat: format.number(job.repeat) });
  return (
    <>
      <Cell label={t("startTime")} head>
        <Link id={`job-${job.id}`} to="/repositories/$id/schedule/$jid" params={{ id: job.repositoryId, jid: job.id }}>
          <Moment time={job.startTime} />
        </Link>
      </Cell>
      <Cell label={t("repeat")}>{job.repeat === 0 ? t("noLimit") : repeat}</Cell>
      <Cell label={t("runEvery")}>{format.duration(seconds(job.runEvery))}</Cell>
      <Cell label={t("timeout")}>{format.duration(seconds(job.timeout))}</Cell>
    </>
  );
}

/** Past is what came of it. */
function Past({ job }: { job: Job }) {
  const { t } = useTranslation("schedule");
  const { lastRun } = job;
  return (
    <>
      <Cell label={t("lastRun")}>
        <When time={lastRun?.startTime ?? lastRun?.endTime} />
      </Cell>
      <Cell label={t("lastStatus")}>
        <LastStatus job={job} />
      </Cell>
    </>
  );
}

/** LastStatus is how the last run ended, and what the job makes of it. */
function LastStatus({ job }: { job: Job }) {
  const { t } = useTranslation("schedule");
  const { lastRun, state, failedRuns, skippedSlots } = job;
  const ended = lastRun && lastRun.state !== "UNSPECIFIED" ? lastRun.state : null;
  const word = ended && <Status name={ended as "DONE"} word={ended === "FAILED" ? t("failed") : undefined} />;
  return (
    <div>
      {word && lastRun?.runId ? (
        <Link to="/runs/$id" params={{ id: lastRun.runId }}>
          {word}
        </Link>
      ) : (
        (word ?? <Status name="QUEUED" word={t("notYet")} />)
      )}
      {state === "FAILED" && <small className="cause">{t("switchedOff", { count: failedRuns })}</small>}
      {state === "COMPLETED" && <small className="cause">{t("completed")}</small>}
      {state === "EXPIRED" && <small className="cause">{t("expired")}</small>}
      {state !== "FAILED" && failedRuns > 1 && <small className="cause">{t("failedRuns", { count: failedRuns })}</small>}
      {lastRun?.retryTime && (
        <small className="cause">
          {t("retryAt")} <Moment time={lastRun.retryTime} />
        </small>
      )}
      {skippedSlots > 0 && <small className="cause">{t("skippedSlots", { count: skippedSlots })}</small>}
    </div>
  );
}
