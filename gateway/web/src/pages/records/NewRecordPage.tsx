import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { newUuid } from "../../api/uuid";
import { useTableName } from "../../format/tables";
import { announce } from "../../ui/Announce";
import { ButtonLink } from "../../ui/Button";
import { ForAdministrators } from "../../ui/ForAdministrators";
import { Page } from "../../ui/Page";
import type { RecordValues } from "./form";
import { RecordCrumbs } from "./RecordCrumbs";
import { RecordForm } from "./RecordForm";
import { createRecord } from "./saveRecord";

/** NewRecordPage makes a record at this site, with an identifier that no other record has. */
export default function NewRecordPage() {
  const { t } = useTranslation("records");
  const { resource } = useParams({ from: "/app/records/$resource/new" });
  const title = t("form.new", { table: useTableName()(resource) });
  return (
    <ForAdministrators title={title}>
      <Page title={title} above={<RecordCrumbs table={resource} />} lead={<p>{t("form.lead")}</p>}>
        <New resource={resource} />
      </Page>
    </ForAdministrators>
  );
}

function New({ resource }: { resource: string }) {
  const { t } = useTranslation(["records", "common"]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [values] = useState<RecordValues>(() => ({
    uid: `urn:uuid:${newUuid()}`,
    fields: [{ name: "name", kind: "TEXT", value: "" }],
    references: [],
    etag: "",
  }));
  const submit = async (typed: RecordValues) => {
    const { uid } = await createRecord(resource, typed, values.uid);
    announce(t("form.saved"));
    await queries.invalidateQueries({ queryKey: ["records"] });
    await queries.invalidateQueries({ queryKey: ["resources"] });
    await navigate({ to: "/records/$resource/$uid", params: { resource, uid } });
  };
  return (
    <RecordForm
      fresh
      values={values}
      submit={submit}
      more={
        <ButtonLink to="/records/$resource" params={{ resource }}>
          {t("common:cancel")}
        </ButtonLink>
      }
    />
  );
}
