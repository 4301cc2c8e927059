import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";

import { hasReason } from "../../api/errors";
import { repositoryQuery } from "../../api/queries";
import { WorkerNote } from "../../shell/WorkerNote";
import { ErrorNote } from "../../ui/ErrorNote";
import { Skeleton } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { RepositoryActions } from "./RepositoryActions";
import { RepositorySummary } from "./RepositorySummary";

const tabs = ["configuration", "resources", "schedule", "log"] as const;

/** RepositoryLayout is the frame of all pages of one repository: what it is, how it fares, the four tabs of the guide. */
export default function RepositoryLayout() {
  const { t } = useTranslation("repositories");
  const { id } = useParams({ from: "/app/repositories/$id" });
  const query = useQuery(repositoryQuery(id));
  const repository = query.data;
  if (query.isError && !repository) return <Unknown error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Page
      title={repository?.name ?? "…"}
      above={<Crumbs />}
      beside={repository && <RepositoryActions key={id} repository={repository} />}
      lead={repository && <RepositorySummary repository={repository} />}
    >
      <WorkerNote />
      <nav className="tabs" aria-label={t("tabs.label")}>
        {tabs.map((tab) => (
          <Link key={tab} to={`/repositories/$id/${tab}`} params={{ id }} activeOptions={{ includeSearch: false }}>
            {t(`tabs.${tab}`)}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Skeleton rows={5} />}>
        <Outlet />
      </Suspense>
    </Page>
  );
}

function Crumbs() {
  const { t } = useTranslation("repositories");
  return (
    <p className="crumbs">
      <Link to="/repositories">{t("title")}</Link>
    </p>
  );
}

/** Unknown says that there is no such repository, or why it cannot be shown. */
function Unknown({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation("repositories");
  const gone = hasReason(error, "NOT_FOUND");
  return (
    <Page title={gone ? t("notFound") : t("repository")} above={<Crumbs />}>
      {gone ? <p>{t("notFoundText")}</p> : <ErrorNote error={error} onRetry={onRetry} />}
    </Page>
  );
}
