import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Task } from "../../api/types";
import { useTableName } from "../../format/tables";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { ButtonLink } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Cell, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { Arrows } from "./Arrows";
import { tasksQuery } from "./queries";

/** ResourcesPage: what is exchanged with a repository, in which direction and by which policies. */
export default function ResourcesPage() {
  const { t } = useTranslation("resources");
  const { id } = useParams({ from: "/app/repositories/$id/resources" });
  const query = useQuery(tasksQuery(id));
  const administers = useMay("administer");
  return (
    <Page title={t("title")} beside={administers && <AddButton id={id} />}>
      <Loaded query={query} rows={4}>
        {({ tasks }) => (tasks.length === 0 ? <Nothing /> : <List id={id} tasks={tasks} />)}
      </Loaded>
    </Page>
  );
}

function AddButton({ id }: { id: string }) {
  const { t } = useTranslation("resources");
  return (
    <ButtonLink to="/repositories/$id/resources/new" params={{ id }} look="main">
      {t("add")}
    </ButtonLink>
  );
}

function Nothing() {
  const { t } = useTranslation("resources");
  const administers = useMay("administer");
  return (
    <Empty title={t("empty")}>
      <p>{t("emptyText")}</p>
      {!administers && <p>{t("emptyAsk")}</p>}
    </Empty>
  );
}

const columns = ["resourceName", "mode", "strategy", "updatePolicy", "conflictPolicy", "lastPull", "lastPush", "filters"] as const;

function List({ id, tasks }: { id: string; tasks: Task[] }) {
  const { t } = useTranslation("resources");
  return (
    <Table caption={t("title")} heads={columns.map((name) => ({ label: t(name) }))}>
      {tasks.map((task) => (
        <Row key={task.resourceName} id={id} task={task} />
      ))}
    </Table>
  );
}

function Row({ id, task }: { id: string; task: Task }) {
  const { t } = useTranslation("resources");
  const name = useTableName();
  const format = useFormat();
  const strategy = task.strategy.map((method) => t(`methods.${method as "CREATE"}`));
  return (
    <tr>
      <Cell label={t("resourceName")} head>
        <Link to="/repositories/$id/resources/$rid" params={{ id, rid: task.resourceName }}>
          {name(task.resourceName)}
        </Link>
        <small>
          <code dir="ltr">{task.resourceName}</code>
        </small>
      </Cell>
      <Cell label={t("mode")}>
        <span className="nowrap">
          <Arrows mode={task.mode} /> {t(`modes.${task.mode as "PULL"}`)}
        </span>
      </Cell>
      <Cell label={t("strategy")} className="strategy">
        {strategy.length === 0 ? t("noMethod") : format.list(strategy)}
      </Cell>
      <Cell label={t("updatePolicy")}>{task.updatePolicy}</Cell>
      <Cell label={t("conflictPolicy")}>{task.conflictPolicy}</Cell>
      <Cell label={t("lastPull")}>
        <When time={task.lastPullTime} />
      </Cell>
      <Cell label={t("lastPush")}>
        <When time={task.lastPushTime} />
      </Cell>
      <Cell label={t("filters")}>
        <Filters filters={task.filters} />
      </Cell>
    </tr>
  );
}

function Filters({ filters }: { filters: Task["filters"] }) {
  const { t } = useTranslation();
  if (filters.length === 0) return <span className="faint">{t("none")}</span>;
  return (
    <ul className="plain filter-texts">
      {filters.map((filter, i) => (
        <li key={i}>
          <code dir="ltr">
            [{filter?.tablename}]{filter?.filterString}
          </code>
        </li>
      ))}
    </ul>
  );
}
