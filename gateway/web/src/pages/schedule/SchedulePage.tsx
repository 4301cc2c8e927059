import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { WorkerBar } from "../../shell/WorkerBar";
import { useMay } from "../../session/session";
import { ButtonLink } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { JobTable } from "./JobTable";
import { jobsQuery } from "./queries";

/** SchedulePage: when a repository is synchronized by itself. */
export default function SchedulePage() {
  const { t } = useTranslation("schedule");
  const { id } = useParams({ from: "/app/repositories/$id/schedule" });
  const query = useQuery(jobsQuery(id));
  const administers = useMay("administer");
  return (
    <Page title={t("title")} beside={administers && <AddButton id={id} />} lead={t("lead")}>
      <div className="stack">
        <WorkerBar />
        <Loaded query={query} rows={2}>
          {({ jobs }) => (jobs.length === 0 ? <Nothing /> : <JobTable repositoryId={id} jobs={jobs} />)}
        </Loaded>
      </div>
    </Page>
  );
}

function AddButton({ id }: { id: string }) {
  const { t } = useTranslation("schedule");
  return (
    <ButtonLink to="/repositories/$id/schedule/new" params={{ id }} look="main">
      {t("add")}
    </ButtonLink>
  );
}

function Nothing() {
  const { t } = useTranslation("schedule");
  const administers = useMay("administer");
  return (
    <Empty title={t("empty")}>
      <p>{t("emptyText")}</p>
      {!administers && <p>{t("emptyAsk")}</p>}
    </Empty>
  );
}
