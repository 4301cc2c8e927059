import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { ButtonLink } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { newTask, type TaskValues } from "./form";
import { createTask } from "./queries";
import { ResourceForm } from "./ResourceForm";

/** NewResourcePage adds a resource to a repository. */
export default function NewResourcePage() {
  const { t } = useTranslation(["resources", "common"]);
  const { id } = useParams({ from: "/app/repositories/$id/resources/new" });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const administers = useMay("administer");
  const submit = async (values: TaskValues) => {
    await createTask(id, values, t("exists"));
    await queries.invalidateQueries({ queryKey: ["repositories"] });
    announce(t("added"));
    await navigate({ to: "/repositories/$id/resources", params: { id } });
  };
  return (
    <Page title={t("addTitle")}>
      {administers ? (
        <ResourceForm
          id={id}
          values={newTask}
          submit={submit}
          action={t("save")}
          more={
            <ButtonLink to="/repositories/$id/resources" params={{ id }}>
              {t("common:cancel")}
            </ButtonLink>
          }
        />
      ) : (
        <Note kind="info">
          <p>{t("readOnly")}</p>
        </Note>
      )}
    </Page>
  );
}
