import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { Note } from "../../ui/Note";
import { useRepositoryLabels } from "./RepositoryFields";
import { useShownValue } from "./useShownValue";

const shown = ["name", "uuid", "url", "username", "proxyUrl", "acceptPushes", "type"] as const;

/** Values that are written from left to right in every language. */
const codes: readonly string[] = ["uuid", "url", "username", "proxyUrl"];

/** ConfigurationFacts is the configuration for those who may not change it. */
export function ConfigurationFacts({ repository }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const labels = useRepositoryLabels();
  const show = useShownValue();
  const value = (name: (typeof shown)[number]): ReactNode => {
    const text = show(name, repository[name]);
    return codes.includes(name) ? (
      <code dir="ltr" className="break">
        {text}
      </code>
    ) : (
      <bdi>{text}</bdi>
    );
  };
  return (
    <>
      <Note kind="info">
        <p>{t("onlyAdministrators")}</p>
      </Note>
      <dl className="facts">
        {shown.map((name) => (
          <div key={name} className="contents">
            <dt>{labels[name]}</dt>
            <dd>{value(name)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
