import { useState } from "react";
import { useTranslation } from "react-i18next";

import type reasons from "../../i18n/en/reasons.json";
import { SearchField } from "../../ui/SearchField";
import { Cell, Table } from "../../ui/Table";

/** Reasons lists what each code of a reason means; a link to #CODE leads to its row. */
export function Reasons() {
  const { t, i18n } = useTranslation(["help", "reasons"]);
  const [sought, setSought] = useState<string>();
  const texts = i18n.getResourceBundle(i18n.language, "reasons") as typeof reasons;
  const found = Object.entries(texts).filter((entry) => entry.some((text) => contains(text, sought ?? "")));
  return (
    <section>
      <div className="filters" role="search">
        <SearchField label={t("find")} value={sought} onSearch={setSought} />
      </div>
      {found.length === 0 ? (
        <p>{t("noReason")}</p>
      ) : (
        <Table caption={t("topics.reasons.title")} heads={[{ label: t("code") }, { label: t("meaning") }]}>
          {found.map(([code, text]) => (
            <tr key={code} id={code}>
              <Cell label={t("code")} head>
                <code dir="ltr">{code}</code>
              </Cell>
              <Cell label={t("meaning")}>
                <span>{text}</span>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function contains(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.trim().toLowerCase());
}
