import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { hasReason } from "../../api/errors";
import type { Task } from "../../api/types";
import { useTableName } from "../../format/tables";
import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Button, ButtonLink } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { readTask, type TaskValues } from "./form";
import { deleteTask, taskQuery, updateTask } from "./queries";
import { ResourceFacts } from "./ResourceFacts";
import { ResourceForm } from "./ResourceForm";

/** ResourcePage changes how a resource is exchanged; who may not change it sees how it is. */
export default function ResourcePage() {
  const { t } = useTranslation("resources");
  const { id, rid } = useParams({ from: "/app/repositories/$id/resources/$rid" });
  const query = useQuery(taskQuery(id, rid));
  const name = useTableName();
  const administers = useMay("administer");
  if (query.data === undefined && hasReason(query.error, "NOT_FOUND")) return <Unknown id={id} name={rid} />;
  return (
    <Page title={name(rid)} above={<code dir="ltr">{rid}</code>}>
      <Loaded query={query} rows={8}>
        {(task) => (administers ? <Editor key={`${id} ${rid}`} id={id} task={task} /> : <ResourceFacts task={task} />)}
      </Loaded>
      <div className="actions">
        <ButtonLink to="/repositories/$id/resources" params={{ id }}>
          {t("back")}
        </ButtonLink>
        {administers && query.data && <DeleteButton id={id} task={query.data} />}
      </div>
    </Page>
  );
}

function Unknown({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("resources");
  return (
    <Page title={t("notFound")}>
      <Empty title={t("notFoundText", { name })}>
        <ButtonLink to="/repositories/$id/resources" params={{ id }}>
          {t("back")}
        </ButtonLink>
      </Empty>
    </Page>
  );
}

function Editor({ id, task }: { id: string; task: Task }) {
  const { t } = useTranslation(["resources", "common"]);
  const queries = useQueryClient();
  const key = taskQuery(id, task.resourceName).queryKey;
  const keep = (present: Task) => {
    queries.setQueryData(key, present);
    return readTask(present);
  };
  const submit = async (values: TaskValues) => {
    const saved = await updateTask(id, values);
    announce(t("common:saved"));
    void queries.invalidateQueries({ queryKey: ["repositories", id, "tasks"], exact: true });
    return keep(saved);
  };
  const latest = async () => keep(await queries.fetchQuery({ ...taskQuery(id, task.resourceName), staleTime: 0 }));
  return <ResourceForm id={id} values={readTask(task)} submit={submit} latest={latest} action={t("common:save")} />;
}

function DeleteButton({ id, task }: { id: string; task: Task }) {
  const { t } = useTranslation(["resources", "common"]);
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const name = useTableName()(task.resourceName);
  const remove = useMutation({
    mutationFn: () => deleteTask(id, task),
    onSuccess: async () => {
      announce(t("common:deleted"));
      await navigate({ to: "/repositories/$id/resources", params: { id } });
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("delete")}
      </Button>
      <ConfirmDialog
        title={t("deleteTitle", { name })}
        open={asking}
        onClose={() => setAsking(false)}
        action={t("delete")}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <p>{t("deleteText")}</p>
        {remove.isError && <ErrorNote error={remove.error} />}
      </ConfirmDialog>
    </>
  );
}
