import { useTranslation } from "react-i18next";

import { fromInputUTC, toInputUTC } from "../../format/times";
import { Button } from "../../ui/Button";
import { FilterSelect, RepositoryFilter, ResourceFilter } from "../../ui/Filter";
import { SearchField } from "../../ui/SearchField";
import { activeFilters, type LogSearch, modes, periods, results, transmissions } from "./search";
import type { ViewProps } from "./LogView";

/** LogFilters keeps everything in the address, so that it can be sent to a colleague. */
export function LogFilters({ search, change, repository }: ViewProps) {
  const { t } = useTranslation(["log", "common"]);
  const set = (name: keyof LogSearch) => (value: string | undefined) => change({ [name]: value });
  const yesNo: [string, string][] = [
    ["yes", t("common:yes")],
    ["no", t("common:no")],
  ];
  return (
    <div className="filters log-filters" role="search">
      <SearchField label={t("text")} value={search.q} onSearch={(q) => change({ q }, true)} />
      {!search.follow && <PeriodFilter search={search} change={change} />}
      {!repository && <RepositoryFilter label={t("repository")} value={search.repository} onChange={set("repository")} />}
      <ResourceFilter label={t("resource")} value={search.resource} onChange={set("resource")} words={["mixed", "none"]} />
      <FilterSelect label={t("mode")} value={search.mode} onChange={set("mode")} choices={modes.map((m) => [m, t(`modes.${m}`)])} />
      <FilterSelect
        label={t("direction")}
        value={search.transmission}
        onChange={set("transmission")}
        choices={transmissions.map((d) => [d, t(`directions.${d}`)])}
      />
      <FilterSelect
        label={t("result")}
        value={search.result}
        onChange={set("result")}
        choices={results.map((r) => [r, t(`common:status.${r}`)])}
      />
      <FilterSelect label={t("remote")} value={search.remote} onChange={set("remote")} choices={yesNo} />
      {search.run && (
        <Button look="quiet" onClick={() => change({ run: undefined })}>
          {t("anyRun")}
        </Button>
      )}
      {activeFilters(search).length > 0 && <ClearFilters change={change} />}
    </div>
  );
}

/** ClearFilters leaves nothing out; the way of looking stays. */
export function ClearFilters({ change }: Pick<ViewProps, "change">) {
  const { t } = useTranslation();
  return <Button onClick={() => change(nothing)}>{t("clearFilters")}</Button>;
}

const nothing: LogSearch = {
  period: undefined,
  repository: undefined,
  resource: undefined,
  mode: undefined,
  transmission: undefined,
  result: undefined,
  remote: undefined,
  run: undefined,
  q: undefined,
};

function PeriodFilter({ search, change }: Pick<ViewProps, "search" | "change">) {
  const { t } = useTranslation("log");
  const own = search.period === "own" || (search.period === undefined && Boolean(search.from || search.to));
  const choices = [...(Object.keys(periods) as (keyof typeof periods)[]), "own" as const];
  return (
    <>
      <FilterSelect
        label={t("period")}
        value={own ? "own" : search.period}
        onChange={(period) => change({ period, ...(own && period === "own" ? {} : { from: undefined, to: undefined }) })}
        choices={choices.map((name) => [name, t(`periods.${name}`)])}
        all={t("periods.all")}
      />
      {own &&
        (["from", "to"] as const).map((end) => (
          <label key={end}>
            {t(end)}
            <input
              type="datetime-local"
              value={toInputUTC(search[end])}
              onChange={(event) => change({ [end]: fromInputUTC(event.target.value) ?? undefined, period: "own" }, true)}
            />
          </label>
        ))}
    </>
  );
}
