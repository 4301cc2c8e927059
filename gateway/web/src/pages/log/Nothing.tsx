import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { repositoryNamesQuery } from "../../api/queries";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { Empty } from "../../ui/Loaded";
import type { ListProps } from "./History";
import { ClearFilters } from "./LogFilters";
import { activeFilters, type FilterName, type LogSearch } from "./search";

/** Nothing says why the list is empty: the log is, or these filters leave everything out. */
export function Nothing({ search, change, fixed }: ListProps) {
  const { t } = useTranslation("log");
  const format = useFormat();
  const describe = useFilterText(search);
  const filters = activeFilters(search).filter((name) => name !== "repository" || !fixed);
  if (filters.length > 0) {
    return (
      <Empty title={t("empty")}>
        <p>{t("filtered", { filters: format.list(filters.map(describe)) })}</p>
        <ClearFilters change={change} />
      </Empty>
    );
  }
  return (
    <Empty title={t("empty")}>
      <p>{t(search.follow ? "followEmpty" : "emptyText")}</p>
    </Empty>
  );
}

/** useFilterText names a filter with its value. */
function useFilterText(search: LogSearch): (name: FilterName) => string {
  const { t } = useTranslation(["log", "common"]);
  const { data: repositories = [] } = useQuery(repositoryNamesQuery);
  const value = (name: FilterName): string => {
    switch (name) {
      case "period":
        return t(`periods.${(search.period ?? "own") as "own"}`);
      case "repository":
        return repositories.find(({ id }) => id === search.repository)?.name ?? search.repository ?? "";
      case "mode":
        return t(`modes.${search.mode as "PULL"}`);
      case "transmission":
        return t(`directions.${search.transmission as "INCOMING"}`);
      case "result":
        return t(`common:status.${search.result as "ERROR"}`);
      case "remote":
        return search.remote === "yes" ? t("common:yes") : t("common:no");
      default:
        return search[name] ?? "";
    }
  };
  const labels = { transmission: "direction", q: "text" } as const;
  return (name) => t("filterValue", { name: t(name in labels ? labels[name as "q"] : (name as "run")), value: isolate(value(name)) });
}
