import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Reject } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { CopyButton } from "../../ui/Copy";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { TableName } from "../../ui/TableName";
import { useReason } from "../../ui/useReason";
import { Moment } from "../../ui/When";
import { rejectQuery } from "./queries";
import { RejectActions } from "./RejectActions";
import { RejectStatus } from "./RejectRow";

/** RejectPage says why a record could not be applied, shows the element, and lets it be tried again or given up. */
export default function RejectPage() {
  const { t } = useTranslation("conflicts");
  const { id } = useParams({ from: "/app/rejects/$id" });
  const query = useQuery(rejectQuery(id));
  const reject = query.data;
  const operates = useMay("operate");
  return (
    <Page
      title={reject ? t("reject.title", { record: reject.uid || t("reject.noUid") }) : t("rejects")}
      above={
        <p className="crumbs">
          <Link to="/rejects">{t("rejects")}</Link>
        </p>
      }
      beside={reject && <RejectStatus reject={reject} />}
    >
      <Loaded query={query} rows={6}>
        {(loaded) => (
          <div className="stack">
            <Why reject={loaded} />
            <Facts reject={loaded} />
            {operates && loaded.state === "OPEN" && <RejectActions reject={loaded} />}
            <Element element={loaded.element} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Why({ reject: { reason, message, direction, state } }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  const explain = useReason();
  const words = explain(reason, message);
  return (
    <Note kind={state === "OPEN" ? "error" : "info"}>
      <p>{words}</p>
      {message !== "" && message !== words && (
        <div>
          <p className="hint">{t(`reject.words.${direction as "PULL"}`)}</p>
          <pre dir="auto">{message}</pre>
        </div>
      )}
      <p>
        <code dir="ltr">{reason}</code>
      </p>
    </Note>
  );
}

function Facts({ reject }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const { resourceName: resource, uid, repositoryId, repositoryName, runId, direction } = reject;
  return (
    <dl className="facts">
      <dt>{t("record")}</dt>
      <dd>
        {uid ? (
          <Link to="/records/$resource/$uid" params={{ resource, uid }} className="break">
            <code dir="ltr">{uid}</code>
          </Link>
        ) : (
          t("reject.noUid")
        )}
      </dd>
      <dt>{t("resource")}</dt>
      <dd>
        <TableName table={resource} />
      </dd>
      <dt>{t("repository")}</dt>
      <dd>
        <Link to="/repositories/$id/configuration" params={{ id: repositoryId }}>
          <bdi>{repositoryName || repositoryId}</bdi>
        </Link>
      </dd>
      <dt>{t("reject.direction")}</dt>
      <dd>{t(`reject.directions.${direction as "PULL"}`)}</dd>
      <dt>{t("when")}</dt>
      <dd>
        <Moment time={reject.createTime} dated />{" "}
        {runId && (
          <Link to="/runs/$id" params={{ id: runId }}>
            {t("run")}
          </Link>
        )}
      </dd>
      <dt>{t("reject.tries")}</dt>
      <dd>{format.number(reject.tries)}</dd>
      <dt>{t("reject.lastTry")}</dt>
      <dd>
        <Moment time={reject.lastTryTime} dated />
      </dd>
      <Closing reject={reject} />
    </dl>
  );
}

function Closing({ reject: { closeTime, dismissedBy } }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  if (!closeTime) return null;
  return (
    <>
      <dt>{t("reject.closed")}</dt>
      <dd>
        <Moment time={closeTime} dated />
      </dd>
      {dismissedBy && (
        <>
          <dt>{t("reject.dismissedBy")}</dt>
          <dd>
            <bdi>{dismissedBy}</bdi>
          </dd>
        </>
      )}
    </>
  );
}

function Element({ element }: { element: string }) {
  const { t } = useTranslation("conflicts");
  return (
    <section aria-labelledby="element" className="tight">
      <div className="row spread">
        <h2 id="element">{t("reject.element")}</h2>
        {element !== "" && <CopyButton text={element} what={t("reject.element")} />}
      </div>
      <p className="hint">{element === "" ? t("reject.noElement") : t("reject.elementText")}</p>
      {element !== "" && (
        <pre dir="ltr" className="sheet">
          {element}
        </pre>
      )}
    </section>
  );
}
