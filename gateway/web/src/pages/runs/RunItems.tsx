import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Run, RunItem } from "../../api/types";
import { useTableName } from "../../format/tables";
import { Button } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Cell, Pager, Table } from "../../ui/Table";
import { useReason } from "../../ui/useReason";
import { When } from "../../ui/When";
import { ItemFilters, selectedOutcome } from "./ItemFilters";
import { isFinal, ledgerOf } from "./ledger";
import { runItemsQuery } from "./queries";

/** RunItems lists the records that were not plainly taken, each with its reason. */
export function RunItems({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const { skipped, conflict, rejected } = ledgerOf(run.counts);
  if (skipped + conflict + rejected === 0) return null;
  return (
    <section aria-label={t("items.title")}>
      <h2>{t("items.title")}</h2>
      <p className="hint">{t("items.lead")}</p>
      <ItemFilters run={run} />
      <Items run={run} />
    </section>
  );
}

function Items({ run }: { run: Run }) {
  const search = useSearch({ from: "/app/runs/$id" });
  const query = useQuery(
    runItemsQuery(
      run.id,
      {
        outcomes: selectedOutcome(search.outcome),
        direction: search.direction === "PULL" || search.direction === "PUSH" ? search.direction : undefined,
        resourceName: search.resource,
        pageToken: search.page,
      },
      isFinal(run.state),
    ),
  );
  const filtered = Boolean(search.outcome || search.resource || search.direction);
  return (
    <Loaded query={query}>
      {({ items, nextPageToken }) => (items.length === 0 ? <Nothing filtered={filtered} /> : <List items={items} next={nextPageToken} />)}
    </Loaded>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation(["runs", "common"]);
  const navigate = useNavigate({ from: "/runs/$id" });
  if (!filtered) return <Empty title={t("items.none")} />;
  return (
    <Empty title={t("items.noMatch")}>
      <Button onClick={() => void navigate({ search: {} })}>{t("common:clearFilters")}</Button>
    </Empty>
  );
}

function List({ items, next }: { items: RunItem[]; next: string }) {
  const { t } = useTranslation("runs");
  const { page } = useSearch({ from: "/app/runs/$id" });
  const navigate = useNavigate({ from: "/runs/$id" });
  const heads = ["record", "direction", "became", "reason", "time"] as const;
  return (
    <>
      <Table caption={t("items.table")} heads={heads.map((name) => ({ label: t(`items.${name}`) }))}>
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </Table>
      <Pager
        first={!page}
        next={next}
        onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }), resetScroll: false })}
      />
    </>
  );
}

function Row({ item }: { item: RunItem }) {
  const { t } = useTranslation("runs");
  const name = useTableName();
  const explain = useReason();
  return (
    <tr>
      <Cell label="" head>
        <ItemLink item={item} />
        <small>{name(item.resourceName)}</small>
      </Cell>
      <Cell label={t("items.direction")}>{t(`direction.${item.direction as "PULL"}`)}</Cell>
      <Cell label={t("items.became")}>{t(`became.${item.outcome as "SKIPPED"}`)}</Cell>
      <Cell label={t("items.reason")} className="reason">
        <bdi>{explain(item.reason, item.message)}</bdi>
      </Cell>
      <Cell label={t("items.time")}>
        <When time={item.time} />
      </Cell>
    </tr>
  );
}

/** ItemLink leads to where something can be done: the conflict, the reject, else the record. */
function ItemLink({ item }: { item: RunItem }) {
  const uid = (
    <code dir="ltr" className="break">
      {item.uid}
    </code>
  );
  if (item.conflictId) {
    return (
      <Link to="/conflicts/$id" params={{ id: item.conflictId }}>
        {uid}
      </Link>
    );
  }
  if (item.rejectId) {
    return (
      <Link to="/rejects/$id" params={{ id: item.rejectId }}>
        {uid}
      </Link>
    );
  }
  return (
    <Link to="/records/$resource/$uid" params={{ resource: item.resourceName, uid: item.uid }}>
      {uid}
    </Link>
  );
}
