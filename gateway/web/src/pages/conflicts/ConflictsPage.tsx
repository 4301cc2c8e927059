import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Button";
import { RepositoryFilter, ResourceFilter } from "../../ui/Filter";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { SearchField } from "../../ui/SearchField";
import { ConflictList } from "./ConflictList";
import { ListTabs } from "./ListTabs";
import { conflictsQuery } from "./queries";
import { StateSegments } from "./StateSegments";

const states = ["OPEN", "DECIDED", "SUPERSEDED", "all"] as const;
type Shown = (typeof states)[number];

/** ConflictsPage lists what both sites had changed. Most of it is decided by policy: then it is there to be looked over. */
export default function ConflictsPage() {
  const { t } = useTranslation("conflicts");
  const search = useSearch({ from: "/app/conflicts" });
  // The conflicts of a run are all of them, whatever has become of each.
  const shown = states.find((state) => state === search.state) ?? (search.run ? "all" : "OPEN");
  const query = useQuery(
    conflictsQuery({
      states: shown === "all" ? undefined : [shown],
      repositoryId: search.repository,
      resourceName: search.resource,
      runId: search.run,
      query: search.q,
      pageToken: search.page,
      pageSize: 50,
    }),
  );
  const filtered = Boolean(search.repository || search.resource || search.run || search.q) || shown !== "OPEN";
  return (
    <Page title={t("title")} lead={t("lead")}>
      <ListTabs />
      <Filters shown={shown} filtered={filtered} />
      <Loaded query={query} rows={6}>
        {(page) =>
          page.conflicts.length === 0 ? <Nothing filtered={filtered} /> : <ConflictList key={page.conflicts[0]?.id} page={page} />
        }
      </Loaded>
    </Page>
  );
}

function Filters({ shown, filtered }: { shown: Shown; filtered: boolean }) {
  const { t } = useTranslation("conflicts");
  const search = useSearch({ from: "/app/conflicts" });
  const change = useChange();
  return (
    <div className="filters" role="search">
      <SearchField label={t("find")} value={search.q} onSearch={(q) => change({ q })} />
      <StateSegments states={states} state={shown} nameOf={(name) => t(`states.${name as Shown}`)} onState={(state) => change({ state })} />
      <RepositoryFilter label={t("repository")} value={search.repository} onChange={(repository) => change({ repository })} />
      <ResourceFilter label={t("resource")} value={search.resource} onChange={(resource) => change({ resource })} />
      {search.run && (
        <Button look="quiet" onClick={() => change({ run: undefined })}>
          {t("anyRun")}
        </Button>
      )}
      {filtered && <ClearFilters />}
    </div>
  );
}

function ClearFilters() {
  const { t } = useTranslation("common");
  const navigate = useNavigate({ from: "/conflicts" });
  return <Button onClick={() => void navigate({ search: {} })}>{t("clearFilters")}</Button>;
}

/** useChange changes filters; the list begins anew. */
function useChange() {
  const navigate = useNavigate({ from: "/conflicts" });
  const replaced = ["q"];
  return (some: Partial<Record<"state" | "repository" | "resource" | "run" | "q", string>>) =>
    void navigate({
      search: (old) => ({ ...old, page: undefined, ...some }),
      replace: Object.keys(some).every((name) => replaced.includes(name)),
      resetScroll: false,
    });
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("conflicts");
  if (filtered) {
    return (
      <Empty title={t("noMatch")}>
        <ClearFilters />
      </Empty>
    );
  }
  return (
    <Empty title={t("empty")}>
      <p>{t("emptyText")}</p>
    </Empty>
  );
}
