import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { hasReason } from "../../api/errors";
import type { Job } from "../../api/types";
import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Button, ButtonLink } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { type JobValues, readJob } from "./form";
import { JobForm } from "./JobForm";
import { JobTable } from "./JobTable";
import { deleteJob, jobQuery, updateJob } from "./queries";

/** JobPage changes a job; who may not change it sees how it is. */
export default function JobPage() {
  const { t } = useTranslation("schedule");
  const { id, jid } = useParams({ from: "/app/repositories/$id/schedule/$jid" });
  const query = useQuery(jobQuery(id, jid));
  const administers = useMay("administer");
  const gone = query.data === undefined && hasReason(query.error, "NOT_FOUND");
  return (
    <Page title={gone ? t("notFound") : t("jobTitle")} lead={t("lead")}>
      {gone ? (
        <Empty title={t("notFoundText")} />
      ) : (
        <Loaded query={query} rows={6}>
          {(job) => (administers ? <Editor key={jid} repositoryId={id} job={job} /> : <JobTable repositoryId={id} jobs={[job]} />)}
        </Loaded>
      )}
      <div className="actions">
        <ButtonLink to="/repositories/$id/schedule" params={{ id }}>
          {t("back")}
        </ButtonLink>
        {administers && query.data && <DeleteButton repositoryId={id} job={query.data} />}
      </div>
    </Page>
  );
}

function Editor({ repositoryId, job }: { repositoryId: string; job: Job }) {
  const { t } = useTranslation("common");
  const queries = useQueryClient();
  const options = jobQuery(repositoryId, job.id);
  const keep = (present: Job) => {
    queries.setQueryData(options.queryKey, present);
    return readJob(present);
  };
  const submit = async (values: JobValues) => {
    const saved = await updateJob(repositoryId, job.id, values);
    announce(t("saved"));
    void queries.invalidateQueries({ queryKey: ["repositories", repositoryId, "jobs"], exact: true });
    return keep(saved);
  };
  const latest = async () => keep(await queries.fetchQuery({ ...options, staleTime: 0 }));
  return (
    <JobForm
      repositoryId={repositoryId}
      values={readJob(job)}
      runsCompleted={job.runsCompleted}
      submit={submit}
      latest={latest}
      action={t("save")}
    />
  );
}

function DeleteButton({ repositoryId, job }: { repositoryId: string; job: Job }) {
  const { t } = useTranslation(["schedule", "common"]);
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteJob(repositoryId, job),
    onSuccess: async () => {
      announce(t("common:deleted"));
      await navigate({ to: "/repositories/$id/schedule", params: { id: repositoryId } });
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("delete")}
      </Button>
      <ConfirmDialog
        title={t("deleteTitle")}
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
