import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { useMay } from "../../session/session";
import { Pager, Table } from "../../ui/Table";
import { GaugeLegend } from "../../ui/TideGauge";
import { BulkBar } from "./BulkBar";
import { RepositoryRow } from "./RepositoryRow";

interface Props {
  repositories: Repository[];
  nextPageToken: string;
  totalSize: number;
  /** When the list came, in milliseconds. */
  updated: number;
}

/** RepositoryList is a page of repositories; rows can be ticked to act on many at a time. */
export function RepositoryList({ repositories, nextPageToken, totalSize, updated }: Props) {
  const { t } = useTranslation("repositories");
  const navigate = useNavigate({ from: "/repositories" });
  const { page } = useSearch({ from: "/app/repositories" });
  const operates = useMay("operate");
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const selected = repositories.filter(({ id }) => ticked.has(id));
  const tick = (id: string, on: boolean) => setTicked((old) => new Set(on ? [...old, id] : [...old].filter((other) => other !== id)));
  const all = {
    checked: selected.length === repositories.length,
    some: selected.length > 0,
    toggle: (on: boolean) => setTicked(new Set(on ? repositories.map(({ id }) => id) : [])),
  };
  const heads = useHeads(operates);
  return (
    <>
      {operates && <BulkBar selected={selected} all={all} />}
      <Table caption={t("title")} heads={heads}>
        {repositories.map((repository) => (
          <RepositoryRow
            key={repository.id}
            repository={repository}
            columns={heads.length}
            selected={ticked.has(repository.id)}
            onSelect={operates ? (on) => tick(repository.id, on) : undefined}
          />
        ))}
      </Table>
      <div className="row spread">
        <Total count={totalSize} updated={updated} />
        <GaugeLegend />
      </div>
      <Pager
        first={!page}
        next={nextPageToken}
        onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })}
      />
    </>
  );
}

function useHeads(operates: boolean) {
  const { t } = useTranslation("repositories");
  return [
    ...(operates ? [{ label: t("bulk.tick"), unseen: true, className: "tick" }] : []),
    { label: t("status") },
    { label: t("repository") },
    { label: t("exchange") },
    { label: t("lastConnected") },
    { label: t("nextRun") },
    { label: t("resources"), className: "num wide-only" },
    { label: t("conflicts"), className: "num" },
    { label: t("actions"), unseen: true },
  ];
}

/** Total says how many there are, and how old that is. */
function Total({ count, updated }: { count: number; updated: number }) {
  const { t } = useTranslation(["repositories", "common"]);
  const format = useFormat();
  const now = useNow();
  const when = format.relative(new Date(Math.min(updated, now.getTime())), now);
  return (
    <p className="hint">
      {t("total", { count, formatted: format.number(count) })} · {t("common:updated", { when })}
    </p>
  );
}
