import { useTranslation } from "react-i18next";

import { ApiError, NetworkError } from "../api/errors";
import { Button } from "./Button";
import { CopyButton } from "./Copy";
import { Note } from "./Note";
import { useReason } from "./useReason";

/** ErrorNote says in words what went wrong, what that means and what to do; the server's own words are in the details. */
export function ErrorNote({ error, onRetry, alert = true }: { error: unknown; onRetry?: () => void; alert?: boolean }) {
  const { t } = useTranslation();
  const explain = useReason();
  return (
    <Note kind="error" alert={alert}>
      <p>{error instanceof NetworkError ? t("noConnection") : explain(error)}</p>
      {onRetry && (
        <p>
          <Button onClick={onRetry}>{t("tryAgain")}</Button>
        </p>
      )}
      <Details error={error} />
    </Note>
  );
}

function Details({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const lines = detailLines(error);
  return (
    <details>
      <summary>{t("details")}</summary>
      <pre dir="ltr">{lines}</pre>
      <CopyButton text={lines} what={t("details")} />
    </details>
  );
}

function detailLines(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const facts = Object.entries(error.metadata).map(([name, value]) => `${name}: ${value}`);
  const fields = error.violations.map((v) => `${v.field}: ${v.description}`);
  return [`${error.status} ${error.reason}`, error.message, ...facts, ...fields].join("\n");
}
