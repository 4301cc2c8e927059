import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoryQuery } from "../../api/queries";
import type { Conflict } from "../../api/types";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { Status } from "../../ui/Status";
import { TableName } from "../../ui/TableName";
import { Decision } from "./Decision";
import { clockDoubt } from "./preview";
import { conflictQuery } from "./queries";
import { Story } from "./Story";

/** ConflictPage shows both versions of a record side by side: this site at the start in sand, the remote site at the end in blue. */
export default function ConflictPage() {
  const { t } = useTranslation("conflicts");
  const { id } = useParams({ from: "/app/conflicts/$id" });
  const query = useQuery(conflictQuery(id));
  const conflict = query.data;
  return (
    <Page
      title={conflict?.label ?? t("title")}
      above={
        <p className="crumbs">
          <Link to="/conflicts">{t("title")}</Link>
        </p>
      }
      beside={conflict && <Status name={conflict.state as "OPEN"} />}
      lead={conflict && <Lead conflict={conflict} />}
    >
      <Loaded query={query} rows={6}>
        {(loaded) => <Body conflict={loaded} />}
      </Loaded>
    </Page>
  );
}

function Body({ conflict }: { conflict: Conflict }) {
  const { data: repository } = useQuery(repositoryQuery(conflict.repositoryId));
  return (
    <div className="stack">
      <Story conflict={conflict} />
      <ClockDoubt conflict={conflict} offset={repository?.clockOffset} />
      <Decision key={conflict.state} conflict={conflict} repository={repository} />
    </div>
  );
}

function Lead({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const { resourceName: resource, uid, repositoryId, repositoryName, runId } = conflict;
  return (
    <p className="row">
      <span className="inline">
        <TableName table={resource} />
      </span>
      <Link to="/records/$resource/$uid" params={{ resource, uid }}>
        {t("openRecord")}
      </Link>
      <Link to="/repositories/$id/configuration" params={{ id: repositoryId }}>
        <bdi>{repositoryName || repositoryId}</bdi>
      </Link>
      {runId && (
        <Link to="/runs/$id" params={{ id: runId }}>
          {t("run")}
        </Link>
      )}
    </p>
  );
}

/** ClockDoubt warns where the comparison of times may have gone wrong. */
function ClockDoubt({ conflict, offset }: { conflict: Conflict; offset: string | null | undefined }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const doubt = clockDoubt(conflict, offset);
  if (doubt === 0) return null;
  return (
    <Note kind="warning">
      <p>{t("clockDoubt", { offset: format.duration(Math.abs(seconds(offset))) })}</p>
    </Note>
  );
}
