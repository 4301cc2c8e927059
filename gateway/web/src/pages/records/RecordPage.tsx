import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { useMay } from "../../session/session";
import { ButtonLink } from "../../ui/Button";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { ReferenceValue } from "../../ui/Value";
import { About } from "./About";
import { Components } from "./Components";
import { DeleteRecord } from "./DeleteRecord";
import { Exchanges } from "./Exchanges";
import { Items } from "./Items";
import { recordQuery } from "./queries";
import { RecordCrumbs } from "./RecordCrumbs";
import { Story } from "./Story";
import { Values } from "./Values";

/** RecordPage is a record with its values, its story, and how it stands with other sites. */
export default function RecordPage() {
  const { resource, uid } = useParams({ from: "/app/records/$resource/$uid" });
  const query = useQuery(recordQuery(resource, uid));
  const record = query.data;
  return (
    <Page
      title={record?.label || uid}
      above={<RecordCrumbs table={resource} />}
      beside={record && <Actions record={record} />}
      lead={<code dir="ltr">{resource}</code>}
    >
      <Loaded query={query} rows={8}>
        {(loaded) => (
          <div className="columns">
            <div className="stack">
              {loaded.deleted && <Deleted record={loaded} />}
              {!loaded.deleted && <Values record={loaded} />}
              {loaded.components.length > 0 && <Components components={loaded.components} />}
              <Story record={loaded} />
            </div>
            <div className="stack">
              <About record={loaded} />
              <Exchanges record={loaded} />
              <Items resource={resource} uid={uid} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Actions({ record }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  const administers = useMay("administer");
  if (!administers) return null;
  const params = { resource: record.resourceName, uid: record.uid };
  return (
    <div className="row">
      <ButtonLink to="/records/$resource/$uid/edit" params={params}>
        {t(record.deleted ? "restore" : "edit")}
      </ButtonLink>
      {!record.deleted && <DeleteRecord record={record} />}
    </div>
  );
}

function Deleted({ record: { replacedBy, resourceName } }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  return (
    <Note kind="warning">
      <p>{t("deletedNote")}</p>
      {replacedBy && (
        <div>
          {t("replacedBy")} <ReferenceValue resource={resourceName} uids={[replacedBy]} />
        </div>
      )}
    </Note>
  );
}
