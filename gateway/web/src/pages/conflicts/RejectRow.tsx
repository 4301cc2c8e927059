import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Reject } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Status } from "../../ui/Status";
import { Cell } from "../../ui/Table";
import { TableName } from "../../ui/TableName";
import { useReason } from "../../ui/useReason";
import { When } from "../../ui/When";

export function RejectRow({ reject }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const explain = useReason();
  const { id, uid, resourceName, repositoryId, repositoryName, direction, reason, message, createTime, tries } = reject;
  return (
    <tr>
      <Cell label={t("record")} head>
        <div>
          <Link to="/rejects/$id" params={{ id }} className="break">
            {uid ? <code dir="ltr">{uid}</code> : t("reject.noUid")}
          </Link>
          <small>{t(`reject.directions.${direction as "PULL"}`)}</small>
        </div>
      </Cell>
      <Cell label={t("resource")}>
        <span>
          <TableName table={resourceName} />
        </span>
      </Cell>
      <Cell label={t("repository")}>
        <Link to="/repositories/$id/configuration" params={{ id: repositoryId }}>
          <bdi>{repositoryName || repositoryId}</bdi>
        </Link>
      </Cell>
      <Cell label={t("reject.reason")}>
        <p className="clamp break" dir="auto">
          {explain(reason, message || reason)}
        </p>
      </Cell>
      <Cell label={t("when")}>
        <When time={createTime} />
      </Cell>
      <Cell label={t("reject.tries")} className="num">
        {format.number(tries)}
      </Cell>
      <Cell label={t("state")}>
        <RejectStatus reject={reject} />
      </Cell>
    </tr>
  );
}

/** RejectStatus says whether a reject still waits. */
export function RejectStatus({ reject: { state } }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  if (state === "OPEN") return <Status name="ERROR" word={t("reject.states.OPEN")} />;
  return <Status name={state as "RESOLVED"} />;
}
