import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError, NetworkError } from "../api/errors";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/Copy";
import { ErrorNote } from "../ui/ErrorNote";
import { Page } from "../ui/Page";

/** Crash stands in place of a page that failed; the menu around it still works. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  if (error instanceof ApiError || error instanceof NetworkError) return <ErrorNote error={error} onRetry={reset} />;
  const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
  return (
    <Page title={t("crash.title")}>
      <div className="stack">
        <p>{t("crash.text")}</p>
        <p>
          <Button look="main" onClick={() => location.reload()}>
            {t("crash.again")}
          </Button>
        </p>
        <details>
          <summary>{t("details")}</summary>
          <pre dir="ltr">{text}</pre>
          <CopyButton text={text} what={t("details")} />
        </details>
      </div>
    </Page>
  );
}
