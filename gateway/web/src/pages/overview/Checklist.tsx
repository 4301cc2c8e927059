import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import { recall, remember } from "../../i18n/i18n";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { Status } from "../../ui/Status";
import { settingsQuery } from "../settings/queries";
import { isSetUp, type Step, stepsOf } from "./steps";
import { fewRepositoriesQuery, nextJobsQuery } from "./queries";

/** Where the browser remembers that somebody needs the list no more. */
const key = "edensync.checklist";

/** Checklist leads a new site to its first exchange. It stays until every line is done, or somebody dismisses it. */
export function Checklist() {
  const [dismissed, setDismissed] = useState(() => recall(key) === "done");
  const administers = useMay("administer");
  if (dismissed || !administers) return null;
  return (
    <Open
      onDismiss={() => {
        remember(key, "done");
        setDismissed(true);
      }}
    />
  );
}

function Open({ onDismiss }: { onDismiss(): void }) {
  const { t } = useTranslation("overview");
  const steps = useSteps();
  if (steps === null || isSetUp(steps)) return null;
  const next = steps.find((step) => !step.done && !step.optional);
  return (
    <section className="sheet checklist" aria-labelledby="checklist">
      <div className="row spread">
        <h2 id="checklist">{t("checklist.title")}</h2>
        <Button look="quiet" onClick={onDismiss}>
          {t("checklist.dismiss")}
        </Button>
      </div>
      <p>{t("checklist.lead")}</p>
      <ol className="plain">
        {steps.map((step) => (
          <Line key={step.name} step={step} next={step === next} />
        ))}
      </ol>
    </section>
  );
}

/** useSteps looks at what there is; null as long as that is not known. */
function useSteps(): Step[] | null {
  const repositories = useQuery(fewRepositoriesQuery).data;
  const jobs = useQuery(nextJobsQuery).data;
  const status = useQuery(statusQuery).data;
  const settings = useQuery(settingsQuery).data;
  if (!repositories || !jobs || !status || !settings) return null;
  return stepsOf({
    repositories: repositories.repositories,
    jobs: jobs.totalSize,
    components: status.components,
    proxyUrl: settings.proxyUrl,
  });
}

function Line({ step, next }: { step: Step; next: boolean }) {
  const { t } = useTranslation("overview");
  return (
    <li>
      <Status
        name={step.done ? "DONE" : "WAITING"}
        word={t(step.done ? "checklist.done" : step.optional ? "checklist.ifNeeded" : "checklist.open")}
      />
      <p>
        <strong>{t(`checklist.step.${step.name}.title`)}</strong> <span className="faint">{t(`checklist.step.${step.name}.text`)}</span>
      </p>
      {!step.done && (
        <Way step={step} look={next ? "main" : "plain"}>
          {t(`checklist.step.${step.name}.action`)}
        </Way>
      )}
    </li>
  );
}

/** Way leads to where a step is done. */
function Way({ step, look, children }: { step: Step; look: "main" | "plain"; children: ReactNode }) {
  const id = step.repositoryId;
  if (step.name === "proxy") return <Link to="/settings/proxy">{children}</Link>;
  if (step.name === "worker") return <Link to="/settings/site">{children}</Link>;
  if (step.name === "repository") {
    return (
      <ButtonLink to="/repositories/new" look={look}>
        {children}
      </ButtonLink>
    );
  }
  if (!id) return null;
  if (step.name === "run") {
    return (
      <ButtonLink to="/repositories/$id/configuration" params={{ id }} look={look}>
        {children}
      </ButtonLink>
    );
  }
  return (
    <ButtonLink
      to={step.name === "resources" ? "/repositories/$id/resources/new" : "/repositories/$id/schedule/new"}
      params={{ id }}
      look={look}
    >
      {children}
    </ButtonLink>
  );
}
