import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { RecentRun, Repository } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { Status } from "../../ui/Status";
import { Cell } from "../../ui/Table";
import { TideGauge } from "../../ui/TideGauge";
import { useReason } from "../../ui/useReason";
import { When } from "../../ui/When";
import { useSynchronize } from "./useSynchronize";

/** RepositoryRow tells of one site what an administrator asks first. */
export function RepositoryRow({ repository }: { repository: Repository }) {
  const { t } = useTranslation(["repositories", "common"]);
  const format = useFormat();
  const { id, name, url, activity } = repository;
  return (
    <tr>
      <Cell label={t("status")}>
        <RepositoryStatus repository={repository} />
      </Cell>
      <Cell label="" head>
        <Link to="/repositories/$id/configuration" params={{ id }}>
          <bdi>{name}</bdi>
        </Link>
        <small className="break" dir="ltr">
          {url || t("noUrl")}
        </small>
      </Cell>
      <Cell label={t("exchange")}>
        <TideGauge ticks={(activity?.runs ?? []).flatMap((run) => (run ? [tick(run)] : []))} />
      </Cell>
      <Cell label={t("lastConnected")}>
        <When time={repository.lastConnectTime} />
      </Cell>
      <Cell label={t("nextRun")}>
        <When time={activity?.nextRunTime} none={t(url ? "noNextRun" : "waitsForIt")} />
      </Cell>
      <Cell label={t("resources")} className="num wide-only">
        {format.number(repository.taskCount)}
      </Cell>
      <Cell label={t("conflicts")} className="num">
        <ConflictCount id={id} count={number(activity?.openConflicts)} />
      </Cell>
      <Cell label="" className="end">
        <RunButton repository={repository} />
      </Cell>
    </tr>
  );
}

/** tick draws a run: what it moved, and whether it failed. */
export function tick(run: RecentRun) {
  return { pulled: number(run.pulled), pushed: number(run.pushed), failed: ["FAILED", "NEEDS_YOU", "TIMED_OUT"].includes(run.state) };
}

/** RepositoryStatus is the word for a repository; under an error stands its cause. */
export function RepositoryStatus({ repository }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const explain = useReason();
  const { condition, health, registration, activity, clockOffset } = repository;
  if (activity?.activeRunId) return <Status name="RUNNING" />;
  const troubled = condition === "NEEDS_YOU" || condition === "FAILING";
  const message = health ? explain(health.reason, health.message) : (registration?.message ?? "");
  return (
    <>
      <Status name={condition as "IN_STEP"} />
      {troubled && message && <small className="cause">{message}</small>}
      {!troubled && repository.attention && (
        <small className="cause">{t("clockOff", { offset: format.duration(seconds(clockOffset)) })}</small>
      )}
    </>
  );
}

function ConflictCount({ id, count }: { id: string; count: number }) {
  const format = useFormat();
  if (count === 0) return <span className="faint">0</span>;
  return (
    <Link to="/conflicts" search={{ repository: id }}>
      {format.number(count)}
    </Link>
  );
}

function RunButton({ repository: { id, name, state, activity } }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const synchronize = useSynchronize();
  const operates = useMay("operate");
  if (activity?.activeRunId) {
    return (
      <ButtonLink to="/runs/$id" params={{ id: activity.activeRunId }}>
        {t("watch")}
      </ButtonLink>
    );
  }
  if (!operates || state !== "ACTIVE") return null;
  return (
    <Button busy={synchronize.isPending} onClick={() => synchronize.mutate(id)} aria-label={t("synchronizeNowWith", { name })}>
      {t("synchronizeNow")}
    </Button>
  );
}
