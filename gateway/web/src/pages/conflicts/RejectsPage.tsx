import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Reject } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Button } from "../../ui/Button";
import { FilterSelect, RepositoryFilter, ResourceFilter } from "../../ui/Filter";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Pager, Table } from "../../ui/Table";
import { ListTabs } from "./ListTabs";
import { rejectsQuery } from "./queries";
import { RejectRow } from "./RejectRow";
import { StateSegments } from "./StateSegments";

const states = ["OPEN", "RESOLVED", "DISMISSED", "all"] as const;
type Shown = (typeof states)[number];

const directions = ["PULL", "PUSH"] as const;

/** RejectsPage lists what could not be applied, here or at a remote site, and why. */
export default function RejectsPage() {
  const { t } = useTranslation("conflicts");
  const search = useSearch({ from: "/app/rejects" });
  // The rejects of a run are all of them, whatever has become of each.
  const shown = states.find((state) => state === search.state) ?? (search.run ? "all" : "OPEN");
  const query = useQuery(
    rejectsQuery({
      states: shown === "all" ? undefined : [shown],
      repositoryId: search.repository,
      resourceName: search.resource,
      runId: search.run,
      direction: directions.find((direction) => direction === search.direction),
      pageToken: search.page,
      pageSize: 50,
    }),
  );
  const filtered = Boolean(search.repository || search.resource || search.run || search.direction) || shown !== "OPEN";
  return (
    <Page title={t("rejects")} lead={t("reject.lead")}>
      <ListTabs />
      <Filters shown={shown} filtered={filtered} />
      <Loaded query={query} rows={6}>
        {(page) => (page.rejects.length === 0 ? <Nothing filtered={filtered} /> : <List page={page} />)}
      </Loaded>
    </Page>
  );
}

function Filters({ shown, filtered }: { shown: Shown; filtered: boolean }) {
  const { t } = useTranslation("conflicts");
  const search = useSearch({ from: "/app/rejects" });
  const navigate = useNavigate({ from: "/rejects" });
  const change = (some: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...some }), resetScroll: false });
  return (
    <div className="filters" role="search">
      <StateSegments
        states={states}
        state={shown}
        nameOf={(name) => t(`reject.states.${name as Shown}`)}
        onState={(state) => change({ state })}
      />
      <RepositoryFilter label={t("repository")} value={search.repository} onChange={(repository) => change({ repository })} />
      <ResourceFilter label={t("resource")} value={search.resource} onChange={(resource) => change({ resource })} />
      <FilterSelect
        label={t("reject.direction")}
        value={search.direction}
        onChange={(direction) => change({ direction })}
        choices={directions.map((direction) => [direction, t(`reject.directions.${direction}`)])}
      />
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
  const navigate = useNavigate({ from: "/rejects" });
  return <Button onClick={() => void navigate({ search: {} })}>{t("clearFilters")}</Button>;
}

function List({ page: { rejects, nextPageToken, totalSize } }: { page: { rejects: Reject[]; nextPageToken: string; totalSize: number } }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const navigate = useNavigate({ from: "/rejects" });
  const { page } = useSearch({ from: "/app/rejects" });
  const heads = [
    { label: t("record") },
    { label: t("resource") },
    { label: t("repository") },
    { label: t("reject.reason") },
    { label: t("when") },
    { label: t("reject.tries"), className: "num" },
    { label: t("state") },
  ];
  return (
    <>
      <Table caption={t("rejects")} heads={heads}>
        {rejects.map((reject) => (
          <RejectRow key={reject.id} reject={reject} />
        ))}
      </Table>
      <p className="hint">{t("reject.total", { count: totalSize, formatted: format.total(totalSize) })}</p>
      <Pager
        first={!page}
        next={nextPageToken}
        onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })}
      />
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("conflicts");
  if (filtered) {
    return (
      <Empty title={t("reject.noMatch")}>
        <ClearFilters />
      </Empty>
    );
  }
  return (
    <Empty title={t("reject.empty")}>
      <p>{t("reject.emptyText")}</p>
    </Empty>
  );
}
