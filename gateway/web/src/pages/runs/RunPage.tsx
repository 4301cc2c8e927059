import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { hasReason } from "../../api/errors";
import type { Run } from "../../api/types";
import { useFollow } from "../../api/useFollow";
import type { Link as Followed } from "../../api/watch";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { ErrorNote } from "../../ui/ErrorNote";
import { LinkState } from "../../ui/LinkState";
import { Skeleton } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { tasksQuery } from "../resources/queries";
import { Lane } from "./Lane";
import { isFinal, laneOf, ledgerOf, percentOf } from "./ledger";
import { followRun } from "./queries";
import { RunActions } from "./RunActions";
import { RunFacts } from "./RunFacts";
import { RunItems } from "./RunItems";
import { RunSummary } from "./RunSummary";
import { useSpoken } from "./useSpoken";

/** RunPage is a run from its first moment and for ever: the same page, the same address. */
export default function RunPage() {
  const { id } = useParams({ from: "/app/runs/$id" });
  return <FollowedRun key={id} id={id} />;
}

function FollowedRun({ id }: { id: string }) {
  const { t } = useTranslation("runs");
  const { state: run, link, error } = useFollow(followRun(id));
  useFreshLists(run);
  if (run) return <Shown run={run} link={link} error={error} />;
  if (error === undefined) return <Page title={t("title")}>{<Skeleton rows={6} />}</Page>;
  return (
    <Page title={hasReason(error, "NOT_FOUND") ? t("notFound") : t("title")}>
      {hasReason(error, "NOT_FOUND") ? <p>{t("notFoundText")}</p> : <ErrorNote error={error} />}
    </Page>
  );
}

/** useFreshLists has lists ask again once a run has ended: it has changed what they show. */
function useFreshLists(run: Run | undefined) {
  const queries = useQueryClient();
  const ended = run !== undefined && isFinal(run.state);
  useEffect(() => {
    if (!ended) return;
    for (const key of ["repositories", "conflicts", "rejects", "log"]) void queries.invalidateQueries({ queryKey: [key] });
  }, [ended, queries]);
}

function Shown({ run, link, error }: { run: Run; link: Followed; error: unknown }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  const tasks = useQuery({ ...tasksQuery(run.repositoryId), enabled: !isFinal(run.state), refetchInterval: false });
  const pull = laneOf(run, "PULL", tasks.data?.tasks ?? []);
  const push = laneOf(run, "PUSH", tasks.data?.tasks ?? []);
  const percent = percentOf([...pull, ...push]);
  const title = t("titleWith", { name: isolate(run.repositoryName) });
  const share = percent !== undefined && !isFinal(run.state) ? `${t("percent", { percent: format.number(percent) })} ` : "";
  return (
    <Page title={title} tab={share + title} above={<Above run={run} />} beside={<LinkState link={link} />}>
      <div className="stack">
        {error !== undefined && <ErrorNote error={error} />}
        <RunSummary run={run} />
        <RunFacts run={run} rows={[...pull, ...push]} />
        <RunActions run={run} />
        <Lane direction="PULL" rows={pull} />
        <Lane direction="PUSH" rows={push} />
        <RunItems run={run} />
      </div>
      <Spoken run={run} link={link} />
    </Page>
  );
}

function Above({ run }: { run: Run }) {
  return (
    <p className="crumbs">
      <Link to="/repositories/$id/configuration" params={{ id: run.repositoryId }}>
        <bdi>{run.repositoryName}</bdi>
      </Link>
    </p>
  );
}

/** Spoken tells those who listen how far the run is, now and then, and at once when something changes for good. */
function Spoken({ run, link }: { run: Run; link: Followed }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  const { total } = ledgerOf(run.counts);
  const text = t("spoken", { count: total, formatted: format.number(total) });
  return (
    <p className="unseen" role="status">
      {useSpoken(text, `${link} ${run.state}`)}
    </p>
  );
}
