import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conflict } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Pager, Table } from "../../ui/Table";
import { Bulk } from "./Bulk";
import { ConflictRow } from "./ConflictRow";

interface Props {
  page: { conflicts: Conflict[]; nextPageToken: string; totalSize: number };
}

/** ConflictList is a page of conflicts; open ones can be ticked and decided together. */
export function ConflictList({ page: { conflicts, nextPageToken, totalSize } }: Props) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const navigate = useNavigate({ from: "/conflicts" });
  const { page } = useSearch({ from: "/app/conflicts" });
  const operates = useMay("operate");
  const [ids, setIds] = useState<Set<string>>(new Set());
  const open = conflicts.filter(({ state }) => state === "OPEN");
  // What somebody else has decided meanwhile is not ticked any more.
  const ticked = open.filter(({ id }) => ids.has(id));
  const ticks = operates && open.length > 0;
  const tick = (id: string, on: boolean) => setIds(new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));
  const columns = ["record", "resource", "repository", "when", "fields", "decidedBy"] as const;
  const heads = [...(ticks ? [{ label: t("tick") }] : []), ...columns.map((name) => ({ label: t(name) }))];
  return (
    <>
      {ticked.length > 0 && <Bulk open={open} ticked={ticked} onTick={(some) => setIds(new Set(some.map(({ id }) => id)))} />}
      <Table caption={t("title")} heads={heads}>
        {conflicts.map((conflict) => (
          <ConflictRow
            key={conflict.id}
            conflict={conflict}
            tick={ticks ? { on: ids.has(conflict.id), set: (on) => tick(conflict.id, on) } : undefined}
          />
        ))}
      </Table>
      <p className="hint">{t("total", { count: totalSize, formatted: format.total(totalSize) })}</p>
      <Pager
        first={!page}
        next={nextPageToken}
        onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })}
      />
    </>
  );
}
