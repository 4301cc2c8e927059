import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { number } from "../../format/numbers";
import { SearchField } from "../../ui/SearchField";

export type Show = "all" | "attention" | "paused" | "never";

interface Props {
  show: Show;
  sort: string;
  counts?: { all: number; attention: number; paused: number; neverSynchronized: number } | null;
}

/** RepositoryFilters keeps everything in the address, so that it can be sent to a colleague. */
export function RepositoryFilters({ show, sort, counts }: Props) {
  const { t } = useTranslation(["repositories", "common"]);
  const { q } = useSearch({ from: "/app/repositories" });
  const navigate = useNavigate({ from: "/repositories" });
  const numbers = { all: counts?.all, attention: counts?.attention, paused: counts?.paused, never: counts?.neverSynchronized };
  return (
    <div className="filters" role="search">
      <SearchField
        label={t("find")}
        value={q}
        onSearch={(text) => void navigate({ search: (old) => ({ ...old, q: text, page: undefined }), replace: true })}
      />
      <div className="segments" role="group" aria-label={t("show")}>
        {(Object.keys(numbers) as Show[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === show}
            onClick={() => void navigate({ search: (old) => ({ ...old, show: name === "all" ? undefined : name, page: undefined }) })}
          >
            {t(`shows.${name}`, { count: number(numbers[name]) })}
          </button>
        ))}
      </div>
      <label>
        {t("order")}
        <select
          value={sort}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, sort: event.target.value, page: undefined }) })}
        >
          <option value="attention">{t("orders.attention")}</option>
          <option value="name">{t("orders.name")}</option>
          <option value="contact">{t("orders.contact")}</option>
        </select>
      </label>
    </div>
  );
}
