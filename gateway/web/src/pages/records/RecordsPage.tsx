import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { useTableName } from "../../format/tables";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { RepositoryFilter } from "../../ui/Filter";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { SearchField } from "../../ui/SearchField";
import { Status } from "../../ui/Status";
import { Cell, Pager, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { recordsQuery } from "./queries";

/** RecordsPage lists the records of a table, last changed first. */
export default function RecordsPage() {
  const { t } = useTranslation("records");
  const { resource } = useParams({ from: "/app/records/$resource" });
  const { q, deleted, origin, page } = useSearch({ from: "/app/records/$resource" });
  const nameOf = useTableName();
  const query = useQuery(
    recordsQuery(resource, {
      query: q,
      includeDeleted: deleted === "yes" || undefined,
      originRepositoryId: origin,
      pageToken: page,
      pageSize: 50,
    }),
  );
  const administers = useMay("administer");
  const filtered = Boolean(q || origin);
  return (
    <Page
      title={t("of", { table: nameOf(resource) })}
      above={
        <p className="crumbs">
          <Link to="/records">{t("title")}</Link>
        </p>
      }
      beside={administers && <AddButton resource={resource} />}
      lead={<code dir="ltr">{resource}</code>}
    >
      <Filters filtered={filtered || deleted === "yes"} />
      <Loaded query={query} rows={9}>
        {({ records, nextPageToken, totalSize }) =>
          records.length === 0 ? (
            <Nothing filtered={filtered} />
          ) : (
            <List records={records} next={nextPageToken} total={totalSize as number | null | undefined} />
          )
        }
      </Loaded>
    </Page>
  );
}

function AddButton({ resource }: { resource: string }) {
  const { t } = useTranslation("records");
  return (
    <ButtonLink to="/records/$resource/new" params={{ resource }} look="main">
      {t("add")}
    </ButtonLink>
  );
}

function Filters({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("records");
  const search = useSearch({ from: "/app/records/$resource" });
  const navigate = useNavigate({ from: "/records/$resource" });
  const change = (some: typeof search, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...some }), replace, resetScroll: false });
  return (
    <div className="filters" role="search">
      <SearchField label={t("find")} value={search.q} onSearch={(q) => change({ q }, true)} />
      <RepositoryFilter label={t("origin")} value={search.origin} onChange={(origin) => change({ origin })} />
      <label className="switch tickable">
        <input
          type="checkbox"
          checked={search.deleted === "yes"}
          onChange={(event) => change({ deleted: event.target.checked ? "yes" : undefined })}
        />
        {t("withDeleted")}
      </label>
      {filtered && <ClearFilters />}
    </div>
  );
}

function ClearFilters() {
  const { t } = useTranslation("common");
  const navigate = useNavigate({ from: "/records/$resource" });
  return <Button onClick={() => void navigate({ search: {} })}>{t("clearFilters")}</Button>;
}

function List({ records, next, total }: { records: EdenRecord[]; next: string; total: number | null | undefined }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const { page, deleted } = useSearch({ from: "/app/records/$resource" });
  const navigate = useNavigate({ from: "/records/$resource" });
  const heads = [
    { label: t("record") },
    { label: t("modified") },
    { label: t("origin") },
    { label: t("arrived"), className: "wide-only" },
    ...(deleted === "yes" ? [{ label: t("state") }] : []),
  ];
  return (
    <>
      <Table caption={t("title")} heads={heads}>
        {records.map((record) => (
          <Row key={record.uid} record={record} states={deleted === "yes"} />
        ))}
      </Table>
      {typeof total === "number" && <p className="hint">{t("total", { count: total, formatted: format.number(total) })}</p>}
      <Pager first={!page} next={next} onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })} />
    </>
  );
}

function Row({ record, states }: { record: EdenRecord; states: boolean }) {
  const { t } = useTranslation("records");
  const { resourceName: resource, uid, label, originRepositoryId, originRepositoryName } = record;
  return (
    <tr>
      <Cell label={t("record")} head>
        <div>
          <Link to="/records/$resource/$uid" params={{ resource, uid }}>
            <bdi>{label || uid}</bdi>
          </Link>
          {label !== "" && label !== uid && (
            <small className="break">
              <code dir="ltr">{uid}</code>
            </small>
          )}
        </div>
      </Cell>
      <Cell label={t("modified")}>
        <When time={record.modifiedOn} />
      </Cell>
      <Cell label={t("origin")}>
        {originRepositoryId ? (
          <Link to="/repositories/$id/configuration" params={{ id: originRepositoryId }}>
            <bdi>{originRepositoryName || originRepositoryId}</bdi>
          </Link>
        ) : (
          t("thisSite")
        )}
      </Cell>
      <Cell label={t("arrived")} className="wide-only">
        <When time={record.arrivedOn} />
      </Cell>
      {states && <Cell label={t("state")}>{record.deleted && <Status name="DISMISSED" word={t("deleted")} />}</Cell>}
    </tr>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("records");
  if (filtered) {
    return (
      <Empty title={t("noMatch")}>
        <ClearFilters />
      </Empty>
    );
  }
  return (
    <Empty title={t("empty")}>
      <p>{t("emptyText")}</p>
    </Empty>
  );
}
