import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { LogEntry } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Uuid } from "../../ui/Copy";

/** EntryMore is what edensync notes beyond the items of Eden's guide. */
export function EntryMore({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation("log");
  const format = useFormat();
  return (
    <section aria-labelledby="more" className="stack">
      <h2 id="more">{t("entry.more")}</h2>
      <dl className="facts">
        {entry.runId && (
          <>
            <dt>{t("entry.run")}</dt>
            <dd>
              <Link to="/runs/$id" params={{ id: entry.runId }}>
                {t("entry.openRun")}
              </Link>
            </dd>
          </>
        )}
        {entry.counts && (
          <>
            <dt>{t("entry.records")}</dt>
            <dd>
              <Counts counts={entry.counts} />
            </dd>
          </>
        )}
        {entry.duration && (
          <>
            <dt>{t("entry.duration")}</dt>
            <dd>{format.duration(seconds(entry.duration))}</dd>
          </>
        )}
        {number(entry.bytes) > 0 && (
          <>
            <dt>{t("entry.bytes")}</dt>
            <dd>{format.bytes(number(entry.bytes))}</dd>
          </>
        )}
        <dt>{t("entry.actor")}</dt>
        <dd>{entry.actor ? <bdi>{entry.actor}</bdi> : t("entry.site")}</dd>
        {entry.reason && (
          <>
            <dt>{t("entry.reason")}</dt>
            <dd>
              <code dir="ltr">{entry.reason}</code>
            </dd>
          </>
        )}
        <dt>{t("entry.service")}</dt>
        <dd>
          <code dir="ltr">{entry.service}</code>
        </dd>
        <dt>{t("entry.id")}</dt>
        <dd>
          <Uuid value={entry.id} what={t("entry.id")} />
        </dd>
      </dl>
    </section>
  );
}

const kinds = ["received", "created", "updated", "deleted", "unchanged", "skipped", "conflict", "rejected", "sent", "accepted"] as const;

function Counts({ counts }: { counts: NonNullable<LogEntry["counts"]> }) {
  const { t } = useTranslation("log");
  const format = useFormat();
  return (
    <ul className="plain counts">
      {kinds
        .filter((kind) => number(counts[kind]) > 0)
        .map((kind) => (
          <li key={kind}>{t(`entry.counts.${kind}`, { number: format.number(number(counts[kind])) })}</li>
        ))}
    </ul>
  );
}
