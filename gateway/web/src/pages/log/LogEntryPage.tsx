import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { LogEntry } from "../../api/types";
import { ButtonLink } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { EntryItems } from "./EntryItems";
import { EntryMore } from "./EntryMore";
import { Meaning } from "./Meaning";
import { entryQuery } from "./queries";

/** LogEntryPage is one entry with all that is known of it. Its address carries the filters of the list that it came from. */
export default function LogEntryPage() {
  const { t } = useTranslation("log");
  const { id } = useParams({ from: "/app/log/$id" });
  const search = useSearch({ from: "/app/log/$id" });
  const query = useQuery(entryQuery(id, search));
  return (
    <Page
      title={t("entry.title")}
      above={
        <p className="crumbs">
          <Link to="/log" search={search}>
            {t("entry.back")}
          </Link>
        </p>
      }
      beside={<Neighbours entry={query.data} stale={query.isPlaceholderData} />}
    >
      <Loaded query={query} rows={6}>
        {(entry) => (
          <div className="columns">
            <section aria-labelledby="items" className="stack">
              <h2 id="items">{t("entry.items")}</h2>
              <EntryItems entry={entry} />
            </section>
            <div className="stack">
              <Meaning entry={entry} />
              <EntryMore entry={entry} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** Neighbours leads to the entries before and after; the way back still leads to the list. A stale entry is the one before that of the address. */
function Neighbours({ entry, stale }: { entry: LogEntry | undefined; stale: boolean }) {
  const { t } = useTranslation("log");
  return (
    <nav className="row" aria-label={t("entry.neighbours")}>
      {entry?.previousId && (
        <Neighbour id={entry.previousId} stale={stale}>
          <Icon name="arrowStart" turns /> {t("entry.previous")} <small>{t("entry.newer")}</small>
        </Neighbour>
      )}
      {entry?.nextId && (
        <Neighbour id={entry.nextId} stale={stale}>
          {t("entry.next")} <small>{t("entry.older")}</small> <Icon name="arrowEnd" turns />
        </Neighbour>
      )}
    </nav>
  );
}

function Neighbour({ id, stale, children }: { id: string; stale: boolean; children: React.ReactNode }) {
  const search = useSearch({ from: "/app/log/$id" });
  return (
    <ButtonLink to="/log/$id" params={{ id }} search={search} replace busy={stale}>
      {children}
    </ButtonLink>
  );
}
