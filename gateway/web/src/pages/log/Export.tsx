import { useTranslation } from "react-i18next";

import { useNow } from "../../format/useNow";
import { type LogSearch, parameters, rangeOf, selectionOf } from "./search";

/** Export are links to files with everything that the filters let through, not only the page that is seen. */
export function Export({ search }: { search: LogSearch }) {
  const { t } = useTranslation("log");
  const now = useNow();
  const range = search.follow ? {} : rangeOf(search, now);
  const href = (format: string) => `/api/v1/logEntries:export${parameters({ ...selectionOf(search), ...range, format })}`;
  return (
    <div className="row" role="group" aria-label={t("export")}>
      <a className="button plain" href={href("CSV")} download>
        {t("exportCsv")}
      </a>
      <a className="button plain" href={href("NDJSON")} download>
        {t("exportNdjson")}
      </a>
    </div>
  );
}
