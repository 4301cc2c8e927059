import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ResourceSummary } from "../../api/types";
import { number } from "../../format/numbers";
import { useTableName } from "../../format/tables";
import { useFormat } from "../../format/useFormat";
import { Button } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { SearchField } from "../../ui/SearchField";
import { Cell, Pager, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { resourcesQuery } from "./queries";

/** ResourcesPage lists the tables of which this site has records. */
export default function ResourcesPage() {
  const { t } = useTranslation("records");
  const { q, page } = useSearch({ from: "/app/records" });
  const navigate = useNavigate({ from: "/records" });
  const query = useQuery(resourcesQuery({ query: q, pageToken: page, pageSize: 50 }));
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className="filters" role="search">
        <SearchField label={t("findTable")} value={q} onSearch={(text) => void navigate({ search: { q: text }, replace: true })} />
      </div>
      <Loaded query={query} rows={8}>
        {({ resources, nextPageToken, totalSize }) =>
          resources.length === 0 ? <Nothing filtered={Boolean(q)} /> : <List resources={resources} next={nextPageToken} total={totalSize} />
        }
      </Loaded>
    </Page>
  );
}

function List({ resources, next, total }: { resources: ResourceSummary[]; next: string; total: number }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const { page } = useSearch({ from: "/app/records" });
  const navigate = useNavigate({ from: "/records" });
  const heads = [
    { label: t("table") },
    { label: t("count"), className: "num" },
    { label: t("deletedCount"), className: "num" },
    { label: t("dangling"), className: "num wide-only" },
    { label: t("lastChange") },
  ];
  return (
    <>
      <Table caption={t("title")} heads={heads}>
        {resources.map((resource) => (
          <Row key={resource.name} resource={resource} />
        ))}
      </Table>
      <p className="hint">{t("tables", { count: total, formatted: format.number(total) })}</p>
      <Pager first={!page} next={next} onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })} />
    </>
  );
}

function Row({ resource }: { resource: ResourceSummary }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const name = useTableName()(resource.name);
  const count = (value: string) => (number(value) === 0 ? <span className="faint">0</span> : format.number(number(value)));
  return (
    <tr>
      <Cell label={t("table")} head>
        <div>
          <Link to="/records/$resource" params={{ resource: resource.name }}>
            {name}
          </Link>
          {name !== resource.name && (
            <small>
              <code dir="ltr">{resource.name}</code>
            </small>
          )}
          {resource.keptOut && <small>{t("keptOut")}</small>}
        </div>
      </Cell>
      <Cell label={t("count")} className="num">
        {format.number(number(resource.recordCount))}
      </Cell>
      <Cell label={t("deletedCount")} className="num">
        {count(resource.deletedCount)}
      </Cell>
      <Cell label={t("dangling")} className="num wide-only">
        {count(resource.danglingReferenceCount)}
      </Cell>
      <Cell label={t("lastChange")}>
        <When time={resource.lastChangeTime} />
      </Cell>
    </tr>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation(["records", "common"]);
  const navigate = useNavigate({ from: "/records" });
  if (filtered) {
    return (
      <Empty title={t("noTableMatch")}>
        <Button onClick={() => void navigate({ search: {} })}>{t("common:clearFilters")}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={t("noTables")}>
      <p>{t("noTablesText")}</p>
    </Empty>
  );
}
