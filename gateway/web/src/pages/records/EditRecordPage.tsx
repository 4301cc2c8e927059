import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { announce } from "../../ui/Announce";
import { ButtonLink } from "../../ui/Button";
import { ForAdministrators } from "../../ui/ForAdministrators";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { type RecordValues, valuesOfRecord } from "./form";
import { recordQuery } from "./queries";
import { RecordCrumbs } from "./RecordCrumbs";
import { RecordForm } from "./RecordForm";
import { getRecord, putRecord } from "./saveRecord";

/** EditRecordPage changes a record at this site; what somebody else saved meanwhile is shown, and never overwritten unseen. */
export default function EditRecordPage() {
  const { t } = useTranslation("records");
  const { resource, uid } = useParams({ from: "/app/records/$resource/$uid/edit" });
  const query = useQuery(recordQuery(resource, uid));
  const title = t("form.edit", { record: query.data?.label || uid });
  return (
    <ForAdministrators title={title}>
      <Page
        title={title}
        above={<RecordCrumbs table={resource} />}
        lead={<p>{t(query.data?.deleted ? "form.restoreLead" : "form.lead")}</p>}
      >
        <Loaded query={query} rows={8}>
          {(record) => <Edit record={record} />}
        </Loaded>
      </Page>
    </ForAdministrators>
  );
}

function Edit({ record }: { record: EdenRecord }) {
  const { t } = useTranslation(["records", "common"]);
  const { resourceName: resource, uid } = record;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const values = useMemo(() => valuesOfRecord(record), [record]);
  const submit = async (typed: RecordValues) => {
    const saved = await putRecord(resource, typed, record);
    queries.setQueryData(recordQuery(resource, uid).queryKey, saved);
    announce(t("form.saved"));
    await queries.invalidateQueries({ queryKey: ["records"] });
    await navigate({ to: "/records/$resource/$uid", params: { resource, uid } });
  };
  return (
    <RecordForm
      values={values}
      submit={submit}
      latest={async () => valuesOfRecord(await getRecord(resource, uid))}
      more={
        <ButtonLink to="/records/$resource/$uid" params={{ resource, uid }}>
          {t("common:cancel")}
        </ButtonLink>
      }
    />
  );
}
