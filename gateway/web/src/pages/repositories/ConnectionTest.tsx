import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import type { ConnectionTest as Test } from "../../api/testConnection";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { type RepositoryForm, toConnection } from "./form";
import { TestLine } from "./TestLine";
import { linesOf, verdictOf } from "./testSteps";
import { useConnectionTest } from "./useConnectionTest";

interface Props {
  /** Repository whose saved password may be used; empty: none is saved. */
  repositoryId?: string;
  /** Whether the UUID may still be entered. */
  mayTakeUuid: boolean;
}

/** ConnectionTest tries the connection of the form around it, step by step, before anything is saved. */
export function ConnectionTest({ repositoryId = "", mayTakeUuid }: Props) {
  const { t } = useTranslation("repositories");
  const { getValues, trigger } = useFormContext<RepositoryForm>();
  const now = toConnection({ ...getValues(), ...useWatch<RepositoryForm>() });
  const { start, state, error, tested, busy } = useConnectionTest(repositoryId);
  const run = async () => {
    if (await trigger("url", { shouldFocus: true })) start(toConnection(getValues()));
  };
  // Taking over the UUID that was found does not make the result an old one.
  const changed = tested !== undefined && JSON.stringify({ ...tested, uuid: "" }) !== JSON.stringify({ ...now, uuid: "" });
  return (
    <section className="connection-test" aria-label={t("test.title")}>
      <p className="row">
        <Button busy={busy} onClick={() => void run()}>
          {t("test.title")}
        </Button>
        <span className="hint">{t(changed ? "test.changed" : "test.hint")}</span>
      </p>
      {error !== undefined && <ErrorNote error={error} />}
      <p role="status" className="verdict">
        {state ? t(`test.verdict.${verdictOf(state)}`) : busy ? t("test.verdict.running") : ""}
      </p>
      {state && <Steps test={state} />}
      {state && mayTakeUuid && <FoundUuid found={state.remoteUuid} entered={now.uuid ?? ""} />}
    </section>
  );
}

function Steps({ test }: { test: Test }) {
  return (
    <ol className="plain test-steps">
      {linesOf(test).map((line) => (
        <TestLine key={line.name} line={line} test={test} />
      ))}
    </ol>
  );
}

/** FoundUuid offers what the remote site named as its UUID. */
function FoundUuid({ found, entered }: { found: string; entered: string }) {
  const { t } = useTranslation("repositories");
  const { setValue } = useFormContext<RepositoryForm>();
  if (found === "" || found === entered) return null;
  return (
    <p className="row">
      <span>{t("test.found")}</span>
      <code dir="ltr" className="break">
        {found}
      </code>
      <Button onClick={() => setValue("uuid", found, { shouldDirty: true, shouldValidate: true })}>{t("test.useUuid")}</Button>
    </p>
  );
}
