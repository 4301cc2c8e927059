import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoriesQuery } from "../../api/queries";
import type { Repository } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Pager, Table } from "../../ui/Table";
import { GaugeLegend } from "../../ui/TideGauge";
import { RepositoryFilters, type Show } from "./RepositoryFilters";
import { RepositoryRow } from "./RepositoryRow";

/** What the buttons above the list select. */
const selections = {
  all: {},
  attention: { attention: true },
  paused: { conditions: ["PAUSED" as const] },
  never: { conditions: ["NEVER_SYNCHRONIZED" as const] },
};

const orders = { attention: "attention", name: "name", contact: "last_connect_time desc" } as const;

/** RepositoriesPage: is every site in step, and if not, why. One request draws the whole page. */
export default function RepositoriesPage() {
  const { t } = useTranslation(["repositories", "common"]);
  const search = useSearch({ from: "/app/repositories" });
  const show = search.show && search.show in selections ? (search.show as Show) : "all";
  const sort = search.sort && search.sort in orders ? (search.sort as keyof typeof orders) : "attention";
  const query = useQuery(
    repositoriesQuery({ query: search.q, orderBy: orders[sort], pageToken: search.page, pageSize: 50, ...selections[show] }),
  );
  const administers = useMay("administer");
  return (
    <Page title={t("title")} beside={administers && <AddButton />}>
      <RepositoryFilters show={show} sort={sort} counts={query.data?.conditionCounts} />
      <Loaded query={query} rows={9}>
        {({ repositories, nextPageToken, totalSize }) =>
          repositories.length === 0 ? (
            <Nothing filtered={Boolean(search.q) || show !== "all"} />
          ) : (
            <List {...{ repositories, nextPageToken, totalSize }} />
          )
        }
      </Loaded>
    </Page>
  );
}

function AddButton() {
  const { t } = useTranslation("repositories");
  return (
    <ButtonLink to="/repositories/new" look="main">
      {t("add")}
    </ButtonLink>
  );
}

function List({ repositories, nextPageToken, totalSize }: { repositories: Repository[]; nextPageToken: string; totalSize: number }) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const navigate = useNavigate({ from: "/repositories" });
  const { page } = useSearch({ from: "/app/repositories" });
  const heads = [
    { label: t("status") },
    { label: t("repository") },
    { label: t("exchange") },
    { label: t("lastConnected") },
    { label: t("nextRun") },
    { label: t("resources"), className: "num wide-only" },
    { label: t("conflicts"), className: "num" },
    { label: "" },
  ];
  return (
    <>
      <Table caption={t("title")} heads={heads}>
        {repositories.map((repository) => (
          <RepositoryRow key={repository.id} repository={repository} />
        ))}
      </Table>
      <div className="row spread">
        <p className="hint">{t("total", { count: totalSize, formatted: format.number(totalSize) })}</p>
        <GaugeLegend />
      </div>
      <Pager
        first={!page}
        next={nextPageToken}
        onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })}
      />
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation(["repositories", "common"]);
  const administers = useMay("administer");
  const navigate = useNavigate({ from: "/repositories" });
  if (filtered) {
    return (
      <Empty title={t("noMatch")}>
        <Button onClick={() => void navigate({ search: {} })}>{t("common:clearFilters")}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={t("empty")}>
      <p>{t("emptyText")}</p>
      {administers && <AddButton />}
    </Empty>
  );
}
