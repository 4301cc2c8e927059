import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { ButtonLink } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { type JobValues, newJob } from "./form";
import { JobForm } from "./JobForm";
import { createJob } from "./queries";

/** NewJobPage adds a job to a repository. */
export default function NewJobPage() {
  const { t } = useTranslation(["schedule", "common"]);
  const { id } = useParams({ from: "/app/repositories/$id/schedule/new" });
  const [values] = useState(() => newJob(new Date()));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const administers = useMay("administer");
  const submit = async (given: JobValues) => {
    await createJob(id, given);
    await queries.invalidateQueries({ queryKey: ["repositories"] });
    announce(t("added"));
    await navigate({ to: "/repositories/$id/schedule", params: { id } });
  };
  const cancel = (
    <ButtonLink to="/repositories/$id/schedule" params={{ id }}>
      {t("common:cancel")}
    </ButtonLink>
  );
  return (
    <Page title={t("addTitle")} lead={t("lead")}>
      {administers ? (
        <JobForm repositoryId={id} values={values} runsCompleted={0} submit={submit} action={t("common:save")} more={cancel} />
      ) : (
        <Note kind="info">
          <p>{t("readOnly")}</p>
        </Note>
      )}
    </Page>
  );
}
