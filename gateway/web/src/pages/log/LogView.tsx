import { useTranslation } from "react-i18next";

import { useMay } from "../../session/session";
import { Export } from "./Export";
import { Follow } from "./Follow";
import { History } from "./History";
import { LogFilters } from "./LogFilters";
import { RemoveEntries } from "./RemoveEntries";
import { type LogSearch, selectionOf } from "./search";

/** What parts of a log page know: the address, how to change it, and the repository if the page belongs to one. */
export interface ViewProps {
  search: LogSearch;
  /** Changes some parameters; the list begins anew. replace leaves no trace in the way back. */
  change(some: LogSearch, replace?: boolean): void;
  repository?: { id: string; name: string };
}

/** LogView is the log in two ways that never mix: the history, in pages that stand still, and following what is written. */
export function LogView(props: ViewProps) {
  const search = props.repository ? { ...props.search, repository: props.repository.id } : props.search;
  const administers = useMay("administer");
  return (
    <>
      <div className="row spread log-ways">
        <Ways {...props} />
        <div className="row">
          <Export search={search} />
          {administers && <RemoveEntries repository={props.repository} />}
        </div>
      </div>
      <LogFilters {...props} />
      {search.follow ? (
        <Follow key={JSON.stringify(selectionOf(search))} search={search} change={props.change} fixed={props.repository !== undefined} />
      ) : (
        <History search={search} change={props.change} fixed={props.repository !== undefined} />
      )}
    </>
  );
}

function Ways({ search, change }: ViewProps) {
  const { t } = useTranslation("log");
  return (
    <div className="segments" role="group" aria-label={t("view")}>
      {(["history", "follow"] as const).map((way) => (
        <button
          key={way}
          type="button"
          aria-pressed={(way === "follow") === Boolean(search.follow)}
          onClick={() => change({ follow: way === "follow" ? "yes" : undefined })}
        >
          {t(way)}
        </button>
      ))}
    </div>
  );
}
