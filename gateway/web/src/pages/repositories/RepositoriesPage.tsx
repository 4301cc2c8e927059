import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoriesQuery } from "../../api/queries";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { RepositoryFilters, type Show } from "./RepositoryFilters";
import { RepositoryList } from "./RepositoryList";

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
  // Ticks belong to what is seen: other filters or another page begin anew.
  const filters = JSON.stringify(search);
  return (
    <Page title={t("title")} beside={administers && <AddButton />}>
      <RepositoryFilters show={show} sort={sort} counts={query.data?.conditionCounts} />
      <Loaded query={query} rows={9}>
        {({ repositories, nextPageToken, totalSize }) =>
          repositories.length === 0 ? (
            <Nothing filtered={Boolean(search.q) || show !== "all"} />
          ) : (
            <RepositoryList key={filters} {...{ repositories, nextPageToken, totalSize }} updated={query.dataUpdatedAt} />
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
