import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { lostSince } from "../../api/client";
import { useStore } from "../../api/store";
import type { Job, Repository } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { ErrorNote } from "../../ui/ErrorNote";
import { Skeleton } from "../../ui/Loaded";
import { InStep } from "./InStep";
import { ProblemLine, RepositoryProblem } from "./ProblemLine";
import { activityQuery, attentionQuery, failedJobsQuery, fewRepositoriesQuery } from "./queries";

/** NeedsYou lists what somebody has to do, the worst first; with nothing to do it says so, in a sentence. */
export function NeedsYou() {
  const { t } = useTranslation("overview");
  const lines = useLines();
  const few = useQuery(fewRepositoriesQuery);
  const lost = useStore(lostSince);
  if (few.data?.totalSize === 0) return null;
  const { loading, error, retry } = lines;
  return (
    <section aria-labelledby="needs-you">
      <h2 id="needs-you">{t("needsYou")}</h2>
      {error !== null && <ErrorNote error={error} onRetry={retry} alert={false} />}
      {loading && <Skeleton rows={1} />}
      {lines.list.length > 0 && <ul className="plain problems">{lines.list}</ul>}
      {!loading && error === null && lost === null && lines.list.length === 0 && <InStep />}
    </section>
  );
}

/** useLines gathers everything that waits for somebody. */
function useLines() {
  const attention = useQuery(attentionQuery);
  const jobs = useQuery(failedJobsQuery);
  const activity = useQuery(activityQuery);
  const repositories = attention.data?.repositories ?? [];
  const fatal = repositories.filter(({ condition }) => condition === "NEEDS_YOU");
  const others = repositories.filter(({ condition }) => condition !== "NEEDS_YOU");
  const more = (attention.data?.totalSize ?? 0) - repositories.length;
  const list: ReactNode[] = [
    ...fatal.map(repositoryLine),
    ...(jobs.data?.jobs ?? []).map((job) => <JobLine key={job.id} job={job} />),
    ...others.map(repositoryLine),
    ...(more > 0 ? [<MoreLine key="more" count={more} />] : []),
    ...((activity.data?.openRejects ?? 0) > 0 ? [<RejectsLine key="rejects" count={activity.data?.openRejects ?? 0} />] : []),
    ...((activity.data?.openConflicts ?? 0) > 0 ? [<ConflictsLine key="conflicts" count={activity.data?.openConflicts ?? 0} />] : []),
  ];
  const queries = [attention, jobs, activity];
  return {
    list,
    loading: queries.some((query) => query.isPending),
    error: queries.find((query) => query.isError && query.data === undefined)?.error ?? null,
    retry: () => queries.forEach((query) => void query.refetch()),
  };
}

function repositoryLine(repository: Repository) {
  return <RepositoryProblem key={repository.id} repository={repository} />;
}

function JobLine({ job }: { job: Job }) {
  const { t } = useTranslation("overview");
  return (
    <ProblemLine
      status="NEEDS_YOU"
      text={
        <>
          <Link to="/repositories/$id/schedule" params={{ id: job.repositoryId }}>
            <bdi>{job.repositoryName || t("aRepository")}</bdi>
          </Link>
          {t("colon")} {t("jobOff", { count: job.failedRuns })}
        </>
      }
      fix={
        <Link to="/repositories/$id/schedule" params={{ id: job.repositoryId }}>
          {t("fix.reset")}
        </Link>
      }
    />
  );
}

function MoreLine({ count }: { count: number }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  return (
    <li>
      <Link to="/repositories" search={{ show: "attention" }}>
        {t("more", { count, formatted: format.number(count) })}
      </Link>
    </li>
  );
}

function RejectsLine({ count }: { count: number }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  return (
    <ProblemLine
      status="WARNING"
      word={t("rejects")}
      text={t("rejectsWait", { count, formatted: format.number(count) })}
      fix={<Link to="/rejects">{t("fix.rejects")}</Link>}
    />
  );
}

function ConflictsLine({ count }: { count: number }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  return (
    <ProblemLine
      status="OPEN"
      word={t("conflicts")}
      text={t("conflictsWait", { count, formatted: format.total(count) })}
      fix={<Link to="/conflicts">{t("fix.conflicts")}</Link>}
    />
  );
}
