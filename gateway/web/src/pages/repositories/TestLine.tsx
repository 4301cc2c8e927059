import { useTranslation } from "react-i18next";

import type { ConnectionTest } from "../../api/testConnection";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Status, type StatusName } from "../../ui/Status";
import { useReason } from "../../ui/useReason";
import type { Line, Look } from "./testSteps";

const statuses: Record<Look, StatusName> = {
  passed: "SUCCESS",
  warning: "WARNING",
  failed: "FATAL",
  running: "RUNNING",
  waiting: "NEVER_SYNCHRONIZED",
  skipped: "SUPERSEDED",
};

/** TestLine is one step of a test: what was tried, what came of it, and what to do. */
export function TestLine({ line, test }: { line: Line; test: ConnectionTest }) {
  const { t } = useTranslation("repositories");
  const words = useWords(line, test);
  // Of what works, and of what was not tried, one sentence is enough.
  const said = line.step && (words === "" || line.step.state === "FAILED") && line.look !== "skipped" ? line.step.message : "";
  return (
    <li>
      <span className="test-head">
        <span>{t(`test.steps.${line.name}`)}</span>
        <Status name={statuses[line.look]} word={t(`test.looks.${line.look}`)} />
      </span>
      {words && <p>{words}</p>}
      {said && (
        <p className="hint break" lang="en" dir="auto">
          {said}
        </p>
      )}
    </li>
  );
}

/** useWords explains a step in the language of the person: what was found, or what is wrong and what to do. */
function useWords({ name, look, step, notApplicable }: Line, test: ConnectionTest): string {
  const { t, i18n } = useTranslation("repositories");
  const format = useFormat();
  const explain = useReason();
  if (!step || look === "running") return "";
  const values = { offset: format.duration(Math.abs(seconds(test.clockOffset))), version: test.remoteVersion };
  const own = (key: string) => (i18n.exists(`test.${key}`, { ns: "repositories" }) ? t(`test.${key}` as "test.title", values) : "");
  if (look === "passed") return own(`passed.${name}`);
  if (step.state === "SKIPPED") return notApplicable ? own(`without.${name}`) : "";
  return (
    own(`why.${name}_${step.reason}`) || own(`why.${step.reason}`) || own(`why.${name}`) || explain(step.reason, step.fix || step.message)
  );
}
