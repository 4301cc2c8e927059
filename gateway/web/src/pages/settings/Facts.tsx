import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Note } from "../../ui/Note";

/** Facts are settings as those see them who may not change them. */
export function Facts({ facts }: { facts: [label: string, value: ReactNode][] }) {
  const { t } = useTranslation("settings");
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd className="break">{value || <span className="faint">{t("notSet")}</span>}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** ReadOnly says why there is no form. */
export function ReadOnly() {
  const { t } = useTranslation("settings");
  return (
    <Note kind="info">
      <p>{t("readOnly")}</p>
    </Note>
  );
}
