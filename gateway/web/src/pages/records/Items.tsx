import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { RunItem } from "../../api/types";
import { Loaded } from "../../ui/Loaded";
import { useReason } from "../../ui/useReason";
import { Moment } from "../../ui/When";
import { recordItemsQuery } from "./queries";

/** Items are what runs kept about a record because it was not plainly taken, each with its reason. */
export function Items({ resource, uid }: { resource: string; uid: string }) {
  const { t } = useTranslation("records");
  const query = useQuery(recordItemsQuery(resource, uid));
  return (
    <section aria-labelledby="items" className="tight">
      <h2 id="items">{t("items")}</h2>
      <Loaded query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="hint">{t("noItems")}</p>
          ) : (
            <ul className="plain lines">
              {items.map((item) => (
                <Item key={item.id} item={item} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Item({ item }: { item: RunItem }) {
  const { t } = useTranslation("records");
  const explain = useReason();
  const { outcome, direction, repositoryName, repositoryId, reason, message, time, conflictId, rejectId, runId } = item;
  return (
    <li>
      <strong>{t(`outcomes.${outcome as "SKIPPED"}`)}</strong> · {t(`directions.${direction as "PULL"}`)} ·{" "}
      <bdi>{repositoryName || repositoryId}</bdi>
      <p dir="auto">{explain(reason, message || reason)}</p>
      <p className="row hint">
        <Moment time={time} />
        {conflictId && (
          <Link to="/conflicts/$id" params={{ id: conflictId }}>
            {t("openConflict")}
          </Link>
        )}
        {rejectId && (
          <Link to="/rejects/$id" params={{ id: rejectId }}>
            {t("openReject")}
          </Link>
        )}
        {runId && (
          <Link to="/runs/$id" params={{ id: runId }}>
            {t("openRun")}
          </Link>
        )}
      </p>
    </li>
  );
}
