import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Icon } from "../../ui/Icon";

const steps = [
  ["account", "/setup"],
  ["site", "/setup/site"],
  ["role", "/setup/role"],
  ["connect", "/setup/connect"],
] as const;

export type StepName = (typeof steps)[number][0];

/** Steps tells where in the setup one is. Each step is saved, so that one may leave and come back. */
export function Steps({ current }: { current: StepName }) {
  const { t } = useTranslation("setup");
  const at = steps.findIndex(([name]) => name === current);
  return (
    <nav aria-label={t("steps.label")}>
      <ol className="plain steps">
        {steps.map(([name, to], i) => (
          <li key={name} aria-current={i === at ? "step" : undefined}>
            <span className="step-mark">{i < at ? <Icon name="check" /> : i + 1}</span>
            {i < at && i > 0 ? <Link to={to}>{t(`steps.${name}`)}</Link> : <span>{t(`steps.${name}`)}</span>}
          </li>
        ))}
      </ol>
    </nav>
  );
}
