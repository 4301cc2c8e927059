import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../../ui/Page";
import { topicNames } from "./topics";

/** HelpPage lists the topics. Everything is part of the app, so it works without the internet. */
export default function HelpPage() {
  const { t } = useTranslation("help");
  return (
    <Page title={t("title")} lead={<p>{t("lead")}</p>}>
      <ul className="plain topics">
        {topicNames.map((name) => (
          <li key={name}>
            <h2>
              <Link to="/help/$topic" params={{ topic: name }}>
                {t(`topics.${name}.title`)}
              </Link>
            </h2>
            <p>{t(`topics.${name}.lead`)}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
