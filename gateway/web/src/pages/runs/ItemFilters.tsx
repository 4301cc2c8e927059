import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Run } from "../../api/types";
import { useTableName } from "../../format/tables";
import { FilterSelect } from "../../ui/Filter";

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
  const navigate = useNavigate({ from: "/runs/$id" });
  const resources = [...new Set(run.tasks.flatMap((part) => (part ? [part.resourceName] : [])))];
  const filter = (key: "outcome" | "resource" | "direction", label: string, choices: [string, string][]) => (
    <FilterSelect
      label={label}
      value={search[key]}
      onChange={(value) =>
        void navigate({ search: (old) => ({ ...old, [key]: value, page: undefined }), replace: true, resetScroll: false })
      }
      choices={choices}
    />
  );
  return (
    <div className="filters" role="search" aria-label={t("common:filters")}>
      {filter(
        "outcome",
        t("items.became"),
        outcomes.map((outcome) => [outcome, t(`became.${outcome}`)]),
      )}
      {filter(
        "resource",
        t("resource"),
        resources.map((resource) => [resource, name(resource)]),
      )}
      {filter("direction", t("items.direction"), [
        ["PULL", t("direction.PULL")],
        ["PUSH", t("direction.PUSH")],
      ])}
    </div>
  );
}
