import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { LogEntry } from "../../api/types";
import { ButtonLink } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { useReason } from "../../ui/useReason";

const kinds = { SUCCESS: "ok", WARNING: "warning", ERROR: "error", FATAL: "error" } as const;

/** Meaning says what an entry means for the person who reads it, and what to do, from the stable reason and the result. */
export function Meaning({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation("log");
  const result = entry.result as keyof typeof kinds;
  const explained = useExplanation(entry);
  return (
    <section aria-labelledby="meaning" className="stack">
      <h2 id="meaning">{t("entry.meaning")}</h2>
      <Note kind={kinds[result] ?? "info"}>
        {explained && <p>{explained}</p>}
        <p>{t(`entry.means.${result}`)}</p>
        {entry.remoteError && <p>{t("entry.there")}</p>}
      </Note>
      <Remedies entry={entry} />
    </section>
  );
}

/** useExplanation is the sentence for a reason; empty where nobody has written one. The message itself stands elsewhere. */
function useExplanation({ reason, message }: LogEntry): string {
  const explain = useReason();
  if (!reason) return "";
  const text = explain(reason, message);
  return text === message ? "" : text;
}

/** Remedies lead to where something can be done. */
function Remedies({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation("log");
  if (!entry.repositoryId) return null;
  if (entry.reason === "RECORDS_REJECTED") {
    return (
      <p>
        <Link to="/rejects" search={{ repository: entry.repositoryId, run: entry.runId }}>
          {t("entry.rejects")}
        </Link>
      </p>
    );
  }
  if (entry.result !== "ERROR" && entry.result !== "FATAL") return null;
  return (
    <p>
      <ButtonLink to="/repositories/$id/configuration" params={{ id: entry.repositoryId }}>
        {t("entry.configuration")}
      </ButtonLink>
    </p>
  );
}
