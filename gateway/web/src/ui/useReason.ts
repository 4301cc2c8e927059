import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../api/errors";

/**
 * useReason turns an error, or a stable reason with the server's words, into a sentence in the language of the person: cause,
 * effect and what to do. A reason that nobody has translated keeps the server's words.
 */
export function useReason() {
  const { t, i18n } = useTranslation("reasons");
  return useCallback(
    (error: unknown, message = ""): string => {
      const reason = error instanceof ApiError ? error.reason : typeof error === "string" ? error : "INTERNAL";
      const words = error instanceof ApiError ? error.message : message;
      if (!i18n.exists(reason, { ns: "reasons" })) return words || t("INTERNAL");
      return error instanceof ApiError ? t(reason as "INTERNAL", error.metadata as Record<never, string>) : t(reason as "INTERNAL");
    },
    [t, i18n],
  );
}
