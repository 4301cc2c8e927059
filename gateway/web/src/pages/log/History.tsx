import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Button } from "../../ui/Button";
import { Loaded } from "../../ui/Loaded";
import { Pager } from "../../ui/Table";
import { LogTable } from "./LogTable";
import { Nothing } from "./Nothing";
import { historyQuery } from "./queries";
import { type LogSearch, turnTo } from "./search";

export interface ListProps {
  search: LogSearch;
  change(some: LogSearch, replace?: boolean): void;
  /** Whether the repository is given by the page, and no filter. */
  fixed: boolean;
}

/** History is the log in pages. It stands still while somebody reads it. */
export function History({ search, change, fixed }: ListProps) {
  const query = useQuery(historyQuery(search));
  return (
    <Loaded query={query} rows={9}>
      {({ entries, nextPageToken, range }) => (
        <>
          {entries.length === 0 ? (
            <Nothing search={search} change={change} fixed={fixed} />
          ) : (
            <LogTable entries={entries} search={search} />
          )}
          <div className="row spread">
            <Pager first={!search.page} next={nextPageToken} onPage={(token) => change(turnTo(search, token, range))} />
            <Loading at={query.dataUpdatedAt} busy={query.isFetching} again={() => void query.refetch()} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Loading({ at, busy, again }: { at: number; busy: boolean; again(): void }) {
  const { t } = useTranslation(["log", "common"]);
  const format = useFormat();
  const now = useNow();
  return (
    <p className="row hint">
      {t("common:updated", { when: format.relative(new Date(Math.min(at, now.getTime())), now) })}
      <Button look="quiet" busy={busy} onClick={again}>
        {t("reload")}
      </Button>
    </p>
  );
}
