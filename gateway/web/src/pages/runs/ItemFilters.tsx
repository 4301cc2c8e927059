import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Run } from "../../api/types";
import { useTableName } from "../../format/tables";

const outcomes = ["SKIPPED", "CONFLICT", "REJECTED"] as const;

/** selectedOutcome reads the filter of the address; anything else selects all. */
export function selectedOutcome(text: string | undefined): (typeof outcomes)[number][] {
  const known = outcomes.find((name) => name === text);
  return known ? [known] : [...outcomes];
}

/** ItemFilters narrows the list of records; everything stands in the address. */
export function ItemFilters({ run }: { run: Run }) {
  const { t } = useTranslation(["runs", "common"]);
  const name = useTableName();
  const search = useSearch({ from: "/app/runs/$id" });
  const resources = [...new Set(run.tasks.flatMap((part) => (part ? [part.resourceName] : [])))];
  return (
    <div className="filters" role="search" aria-label={t("common:filters")}>
      <Filter name="outcome" label={t("items.became")} value={search.outcome}>
        {outcomes.map((outcome) => (
          <option key={outcome} value={outcome}>
            {t(`became.${outcome}`)}
          </option>
        ))}
      </Filter>
      <Filter name="resource" label={t("resource")} value={search.resource}>
        {resources.map((resource) => (
          <option key={resource} value={resource}>
            {name(resource)}
          </option>
        ))}
      </Filter>
      <Filter name="direction" label={t("items.direction")} value={search.direction}>
        <option value="PULL">{t("direction.PULL")}</option>
        <option value="PUSH">{t("direction.PUSH")}</option>
      </Filter>
    </div>
  );
}

interface FilterProps {
  name: "outcome" | "resource" | "direction";
  label: string;
  value: string | undefined;
  children: React.ReactNode;
}

function Filter({ name, label, value = "", children }: FilterProps) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/runs/$id" });
  const select = (text: string) =>
    void navigate({ search: (old) => ({ ...old, [name]: text || undefined, page: undefined }), replace: true, resetScroll: false });
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => select(event.target.value)}>
        <option value="">{t("all")}</option>
        {children}
      </select>
    </label>
  );
}
